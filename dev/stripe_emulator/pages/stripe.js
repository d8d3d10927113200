// Stripe's script, as far as the embedded page needs it. Cards are typed on the
// emulator's own page, in a frame; what is refused is refused in Stripe's words.
(() => {
  const HOME = new URL(document.currentScript.src).origin;
  let alive = null;

  class IntegrationError extends Error {
    name = "IntegrationError";
  }

  async function secretOf(given) {
    const secret = await (given.clientSecret ?? given.fetchClientSecret());
    if (!/^cs_(test|live)_\w+_secret_\w+$/.test(secret)) {
      throw new IntegrationError("Invalid value for fetchClientSecret: it must return a client secret of the form ${id}_secret_${secret}.");
    }
    return secret;
  }

  function frameOf(key, options, secret) {
    const frame = document.createElement("iframe");
    const said = { key, secret, host: location.hostname };
    if (options.stripeAccount) {
      said.account = options.stripeAccount;
    }
    frame.src = `${HOME}/embedded/${secret.split("_secret_")[0]}?${new URLSearchParams(said)}`;
    frame.title = "Secure payment input frame";
    frame.allow = "payment *";
    Object.assign(frame.style, { display: "block", width: "100%", height: "400px", border: "0" });
    return frame;
  }

  class EmbeddedCheckout {
    constructor(frame, onComplete) {
      this.frame = frame;
      this.listen = (event) => {
        if (event.origin !== HOME || event.source !== frame.contentWindow) {
          return;
        }
        if (event.data.kind === "height") {
          frame.style.height = `${event.data.height}px`;
        } else if (event.data.redirect) {
          location.assign(event.data.redirect);
        } else {
          onComplete?.();
        }
      };
      addEventListener("message", this.listen);
    }

    mount(place) {
      this.check();
      const element = typeof place === "string" ? document.querySelector(place) : place;
      if (!(element instanceof Element)) {
        throw new IntegrationError("Invalid DOM element. Make sure to call mount() with a valid DOM element or selector.");
      }
      element.append(this.frame);
    }

    unmount() {
      this.check();
      this.frame.remove();
    }

    destroy() {
      this.unmount();
      removeEventListener("message", this.listen);
      alive = null;
    }

    check() {
      if (alive !== this) {
        throw new IntegrationError("This Embedded Checkout instance has been destroyed and can't be used anymore. Please create a new one.");
      }
    }
  }

  window.Stripe = (key, options = {}) => {
    if (!/^pk_(test|live)_\w+$/.test(key)) {
      throw new IntegrationError("Please call Stripe() with your publishable key. You used an invalid or a secret key.");
    }
    return {
      async createEmbeddedCheckoutPage(given) {
        if (alive) {
          throw new IntegrationError("You cannot have multiple Embedded Checkout objects.");
        }
        alive = {};
        try {
          const frame = frameOf(key, options, await secretOf(given));
          alive = new EmbeddedCheckout(frame, given.onComplete);
        } catch (error) {
          alive = null;
          throw error;
        }
        return alive;
      },
      initEmbeddedCheckout() {
        throw new IntegrationError("stripe.initEmbeddedCheckout() was renamed: use stripe.createEmbeddedCheckoutPage() instead.");
      },
    };
  };
})();
