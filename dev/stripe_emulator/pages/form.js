// Spaces while typing, and one submission per press: all works without it, too.
const grouped = (value) => value.replace(/\D/g, "").replace(/(.{4})(?=.)/g, "$1 ").slice(0, 23);
const dated = (value) => {
  const digits = value.replace(/\D/g, "").slice(0, 4);
  return digits.length > 2 ? `${digits.slice(0, 2)} / ${digits.slice(2)}` : digits;
};
const shape = (id, format) => {
  const input = document.getElementById(id);
  input?.addEventListener("input", () => {
    if (input.selectionStart === input.value.length) {
      input.value = format(input.value);
    }
  });
};
shape("cardNumber", grouped);
shape("cardExpiry", dated);
document.querySelector("form")?.addEventListener("submit", () => {
  setTimeout(() => document.querySelectorAll("button").forEach((b) => (b.disabled = true)));
});
addEventListener("pageshow", () => {
  document.querySelectorAll("button").forEach((b) => (b.disabled = false));
});
