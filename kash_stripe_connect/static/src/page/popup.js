/** @odoo-module ignore **/

// Stripe's form in a dialog of the page. Where anything is missing for it, the button
// does what it does without scripts: Stripe's own page opens. Stripe's script is fetched
// when a finger, a pointer or the keyboard comes to the button, and not before: of who
// only looks at an invoice Stripe need know nothing.
(function () {
    // Of who has pressed and sees nothing yet, for Stripe's script; and of who sees the
    // dialog, with a way out of it, for Stripe's form.
    const PATIENCE = 5000;
    const LONG_PATIENCE = 15000;
    let loading = null;
    let stripe = null;
    let pressing = false;
    // Stripe opens one form at a time: one that is on its way is waited for.
    let last = Promise.resolve();

    function load(address) {
        loading ||= new Promise((resolve, reject) => {
            const script = document.createElement("script");
            script.src = address;
            script.onload = resolve;
            script.onerror = () => {
                loading = null;
                script.remove();
                reject(new Error("Stripe's script cannot be loaded."));
            };
            document.head.append(script);
        });
        return loading;
    }

    function soon(promise, patience) {
        const late = new Promise((_resolve, reject) => {
            window.setTimeout(() => reject(new Error("It takes too long.")), patience);
        });
        return Promise.race([promise, late]);
    }

    // Judged before a payment is begun: a session is for one of the two ways.
    async function opener(dialog) {
        const { script, key, account } = dialog.dataset;
        await soon(load(script), PATIENCE);
        stripe ||= window.Stripe(key, account ? { stripeAccount: account } : {});
        const open = stripe.createEmbeddedCheckoutPage || stripe.initEmbeddedCheckout;
        return open.bind(stripe);
    }

    async function begin(form) {
        const body = new URLSearchParams(new FormData(form));
        body.set("kind", "embedded");
        const answer = await fetch(form.action, { method: "POST", body, cache: "no-store" });
        const type = answer.headers.get("Content-Type") || "";
        return type.startsWith("application/json")
            ? answer.json()
            : { page: await answer.text() };
    }

    async function read(address) {
        const answer = await fetch(address, { cache: "no-store" });
        return answer.text();
    }

    // What the server says of it takes the place of what was shown; the focus goes to
    // what is to be read, or to be pressed again.
    function show(text, address, focused = "h1:not(.paper)") {
        const page = new DOMParser().parseFromString(text, "text/html");
        const main = page.querySelector("main");
        if (!main) {
            throw new Error("Somebody between answered: that is no page of ours.");
        }
        document.title = page.title;
        document.querySelector("main").replaceWith(main);
        window.history.replaceState(null, "", address);
        document.dispatchEvent(new Event("kash-turned"));
        const place = main.querySelector(focused) || main;
        if (place.tabIndex < 0) {
            place.tabIndex = -1;
        }
        place.focus();
    }

    function follow(main, begun) {
        Object.assign(main.dataset, {
            follow: begun.follow,
            state: begun.state,
            here: begun.done,
        });
        main.dispatchEvent(new Event("kash-follow"));
    }

    async function popUp(form, dialog, open, begun) {
        const main = form.closest("main");
        const wait = dialog.querySelector(".wait");
        let checkout = null;
        let over = false;

        function destroy() {
            over = true;
            checkout?.destroy();
            checkout = null;
        }

        async function complete() {
            delete main.dataset.follow;
            try {
                const text = await read(begun.done);
                destroy();
                show(text, begun.done);
            } catch {
                window.location.replace(begun.done);
            }
        }

        async function closed() {
            destroy();
            form.querySelector("button").focus();
            try {
                // Nothing was charged; declined, or to be confirmed: why.
                const text = await read(begun.closed);
                if (main.isConnected && !pressing && !dialog.open) {
                    show(text, window.location.href, ".form button");
                }
            } catch {
                // The page says nothing new, and nothing that is wrong.
            }
        }

        wait.hidden = false;
        form.dispatchEvent(new Event("kash-free"));
        dialog.showModal();
        dialog.addEventListener("close", closed, { once: true });
        follow(main, begun);
        const opened = last.then(() =>
            open({ fetchClientSecret: async () => begun.secret, onComplete: complete })
        );
        const kept = opened.then((made) => {
            checkout = made;
            if (over) {
                destroy();
            }
        });
        last = kept.catch(() => {});
        try {
            await soon(kept, LONG_PATIENCE);
        } catch (error) {
            if (!over) {
                throw error;
            }
        }
        if (checkout) {
            checkout.mount(dialog.querySelector(".stripe"));
            wait.hidden = true;
        }
    }

    // Nothing that is followed may take the place of the page that is led to.
    function leave(form) {
        delete form.closest("main").dataset.follow;
        form.submit();
    }

    async function press(form, dialog) {
        pressing = true;
        try {
            await payIn(form, dialog);
        } catch {
            leave(form);
        }
        pressing = false;
    }

    async function payIn(form, dialog) {
        const open = await opener(dialog);
        const begun = await begin(form);
        if (begun.page) {
            show(begun.page, window.location.href);
        } else if (begun.secret) {
            await popUp(form, dialog, open, begun);
        } else if (begun.url) {
            window.location.assign(begun.url);
        } else {
            leave(form);
        }
    }

    function bind(dialog) {
        const form = dialog.closest("main").querySelector(".form");
        const near = () => load(dialog.dataset.script).catch(() => {});
        form.addEventListener("pointerenter", near);
        form.addEventListener("focusin", near);
        form.addEventListener("submit", (event) => {
            event.preventDefault();
            press(form, dialog);
        });
        dialog.querySelector(".close").addEventListener("click", () => dialog.close());
        dialog.querySelector(".instead").addEventListener("click", () => leave(form));
    }

    function begins() {
        // Stripe's script wants https; this machine counts as safe.
        if (window.HTMLDialogElement && window.isSecureContext) {
            document.querySelectorAll("dialog.popup").forEach(bind);
        }
    }

    document.addEventListener("kash-turned", begins);
    if (document.readyState === "loading") {
        document.addEventListener("DOMContentLoaded", begins);
    } else {
        begins();
    }
})();
