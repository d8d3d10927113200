/** @odoo-module ignore **/

// The page works without scripts. This spares a second press, prints the receipt, and
// looks now and then whether what it says is still true. No module loader: it would
// weigh ten times what this does.
(function () {
    const SOONEST = 4000;
    const LATEST = 60000;
    const HOW_LONG = 30 * 60 * 1000;
    // Stripe is waited for eight seconds; whoever stopped waiting may press again.
    const PATIENCE = 15000;
    const followed = new WeakSet();
    let leaving = false;

    function free(button) {
        leaving = false;
        button.disabled = false;
        button.removeAttribute("aria-busy");
    }

    function spareSecondPress(form) {
        const button = form.querySelector("button");
        form.addEventListener("submit", () => {
            leaving = true;
            button.disabled = true;
            button.setAttribute("aria-busy", "true");
            window.setTimeout(() => free(button), PATIENCE);
        });
        // The way back from Stripe may show this very page again, as it was left.
        window.addEventListener("pageshow", () => free(button));
        form.addEventListener("kash-free", () => free(button));
    }

    // Who types an amount wants that one; who chooses another, not what was typed.
    function typeOrChoose(field) {
        const form = field.form;
        const own = form.querySelector("[name=how][value=own]");
        field.addEventListener("input", () => {
            own.checked = true;
        });
        form.addEventListener("change", (event) => {
            if (event.target.name === "how" && !own.checked) {
                field.value = "";
            } else if (event.target === own) {
                field.focus();
            }
        });
    }

    // The sum of what is ticked, and what the button sends back as seen: the server works
    // it out by itself, and shows its own where it differs.
    function addUp(form) {
        const place = form.querySelector(".sum");
        if (!place) {
            return;
        }
        const { currency, digits } = place.dataset;
        const inWords = new Intl.NumberFormat(document.documentElement.lang, {
            style: "currency",
            currency,
        });
        function show() {
            // A credit is set off against what is owed on its own account only.
            const sums = {};
            for (const box of form.querySelectorAll("[name=doc]:checked")) {
                const { account, minor } = box.dataset;
                sums[account] = (sums[account] || 0) + Number(minor);
            }
            const owed = Object.values(sums).map((one) => Math.max(one, 0));
            const sum = owed.reduce((a, b) => a + b, 0);
            if (Number(form.elements.shown.value) !== sum) {
                form.elements.shown.value = sum;
                place.textContent = inWords.format(sum / 10 ** digits);
            }
        }
        form.addEventListener("change", show);
        // A browser that goes back may remember what was ticked.
        window.addEventListener("pageshow", show);
    }

    async function hasChanged(page) {
        // The page may have turned, or be about to.
        const { follow: asked, state } = page.dataset;
        if (!page.isConnected || !asked) {
            return false;
        }
        const answer = await fetch(asked, { cache: "no-store" });
        const text = await answer.text();
        return answer.ok && page.dataset.follow === asked && text !== state;
    }

    // Another page would take the place of the one that was pressed for. Below a pop-up
    // the payment that is open in it is followed, and nothing else.
    function isBusy() {
        return leaving || document.hidden;
    }

    async function look(page) {
        try {
            if (!isBusy() && (await hasChanged(page)) && !isBusy()) {
                window.location.replace(page.dataset.here);
            }
        } catch {
            // Out of reach for the moment: the next look may find it.
        }
    }

    function follow(page) {
        if (followed.has(page)) {
            return;
        }
        followed.add(page);
        const until = Date.now() + HOW_LONG;
        let pause = SOONEST;
        function later() {
            window.setTimeout(async () => {
                await look(page);
                pause = Math.min(pause * 1.5, LATEST);
                if (page.isConnected && Date.now() < until) {
                    later();
                }
            }, pause);
        }
        later();
        // A phone that was put away looks once when it is taken up again, however late.
        document.addEventListener("visibilitychange", () => look(page));
    }

    function begin() {
        leaving = false;
        document.querySelectorAll(".form").forEach(spareSecondPress);
        document.querySelectorAll(".form [name=amount]").forEach(typeOrChoose);
        document.querySelectorAll(".form").forEach(addUp);
        document
            .querySelectorAll(".print")
            .forEach((button) => button.addEventListener("click", () => window.print()));
        document.querySelectorAll("main").forEach((page) => {
            page.addEventListener("kash-follow", () => follow(page));
        });
        document.querySelectorAll("main[data-follow]").forEach(follow);
    }

    // The pop-up put another page in the place of this one.
    document.addEventListener("kash-turned", begin);
    if (document.readyState === "loading") {
        document.addEventListener("DOMContentLoaded", begin);
    } else {
        begin();
    }
})();
