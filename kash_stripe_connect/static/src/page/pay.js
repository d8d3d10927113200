/** @odoo-module ignore **/

// The page works without scripts. This spares a second press, prints the receipt, and
// looks now and then whether what it says is still true. No module loader: it would
// weigh ten times what this does.
(function () {
    const SOONEST = 4000;
    const LATEST = 60000;
    const HOW_LONG = 30 * 60 * 1000;

    function spareSecondPress(form) {
        form.addEventListener("submit", () => {
            const button = form.querySelector("button");
            button.disabled = true;
            button.setAttribute("aria-busy", "true");
        });
        // The way back from Stripe may show this very page again, as it was left.
        window.addEventListener("pageshow", () => {
            const button = form.querySelector("button");
            button.disabled = false;
            button.removeAttribute("aria-busy");
        });
    }

    async function hasChanged(page) {
        const answer = await fetch(page.dataset.follow, { cache: "no-store" });
        return answer.ok && (await answer.text()) !== page.dataset.state;
    }

    function follow(page) {
        const until = Date.now() + HOW_LONG;
        let pause = SOONEST;
        async function look() {
            if (Date.now() > until) {
                return;
            }
            try {
                if (!document.hidden && (await hasChanged(page))) {
                    window.location.replace(page.dataset.here);
                    return;
                }
            } catch {
                // Out of reach for the moment: the next look may find it.
            }
            pause = Math.min(pause * 1.5, LATEST);
            window.setTimeout(look, pause);
        }
        window.setTimeout(look, pause);
    }

    function begin() {
        document.querySelectorAll(".form").forEach(spareSecondPress);
        document
            .querySelectorAll(".print")
            .forEach((button) => button.addEventListener("click", () => window.print()));
        document.querySelectorAll("main[data-follow]").forEach(follow);
    }

    if (document.readyState === "loading") {
        document.addEventListener("DOMContentLoaded", begin);
    } else {
        begin();
    }
})();
