import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/** The proof on paper: the browser prints it, or saves it as PDF. */
export class KashProofPage extends Interaction {
    static selector = ".o_kash_proof_page";
    dynamicContent = {
        ".o_kash_proof_print": { "t-on-click": () => window.print() },
    };
}

registry
    .category("public.interactions")
    .add("kash_stripe_connect.proof_page", KashProofPage);
