import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/** The pay page works without scripts; this spares a second press and prints. */
export class KashPayPage extends Interaction {
    static selector = ".o_kash_pay";
    dynamicContent = {
        ".o_kash_pay_form": { "t-on-submit": this.onSubmit },
        ".o_kash_pay_print": { "t-on-click": () => window.print() },
    };

    onSubmit(ev) {
        const button = ev.currentTarget.querySelector("button");
        button.classList.add("disabled");
        button.setAttribute("aria-busy", "true");
    }
}

registry.category("public.interactions").add("kash_stripe_connect.pay_page", KashPayPage);
