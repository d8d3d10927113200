import { browser } from "@web/core/browser/browser";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { session } from "@web/session";
import { WebClient } from "@web/webclient/webclient";
import { Component, onWillUnmount, useState } from "@odoo/owl";

const FOLDED = "kash_stripe_connect.banners_folded";

/** What is wrong with a Stripe connection, at the top of each page until it is mended. */
export class KashStripeBanner extends Component {
    static template = "kash_stripe_connect.Banner";
    static props = {};

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.orm = useService("orm");
        this.state = useState({
            banners: session.kash_stripe_banners || [],
            folded: this.readFolded(),
        });
        // Users without accounting rights have no such key, and never ask for one.
        if (session.kash_stripe_banners) {
            const bus = this.env.services.bus_service;
            const ask = this.ask.bind(this);
            bus.subscribe("kash_stripe.banner", ask);
            bus.start();
            onWillUnmount(() => bus.unsubscribe("kash_stripe.banner", ask));
        }
    }

    async ask() {
        this.state.banners = await this.orm.silent.call(
            "kash.stripe.account",
            "get_banners",
            []
        );
    }

    get today() {
        return luxon.DateTime.now().toISODate();
    }

    isFolded(banner) {
        return this.state.folded[banner.key] === this.today;
    }

    /** Fold for the day; a new trouble has another key, and shows. */
    fold(banner) {
        this.state.folded = { [banner.key]: this.today, ...this.foldedToday() };
        this.keepFolded();
    }

    unfold(banner) {
        delete this.state.folded[banner.key];
        this.keepFolded();
    }

    open(banner) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "kash.stripe.account",
            res_id: banner.id,
            views: [[false, "form"]],
        });
    }

    /** Do what the account's form offers too: the server says which buttons there are. */
    async press(banner, button) {
        if (!button.confirm) {
            await this.act(banner, button);
            return;
        }
        this.dialog.add(ConfirmationDialog, {
            body: button.confirm,
            confirm: () => this.act(banner, button),
            cancel: () => {},
        });
    }

    /** Whatever companies are switched on: the banner is about one of the user's. */
    async act(banner, button) {
        const { lang, tz } = user.context;
        await this.action.doActionButton({
            type: "object",
            name: button.name,
            resModel: "kash.stripe.account",
            resId: banner.id,
            resIds: [banner.id],
            context: { lang, tz },
        });
        await this.ask();
    }

    foldedToday() {
        const entries = Object.entries(this.state.folded);
        return Object.fromEntries(entries.filter(([, day]) => day === this.today));
    }

    readFolded() {
        try {
            return JSON.parse(browser.localStorage.getItem(FOLDED)) || {};
        } catch {
            return {}; // somebody else's value: the banner is shown
        }
    }

    keepFolded() {
        browser.localStorage.setItem(FOLDED, JSON.stringify(this.state.folded));
    }
}

patch(WebClient, {
    components: { ...WebClient.components, KashStripeBanner },
});
