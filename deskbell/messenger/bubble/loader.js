/* The one line that a portal embeds:
 *
 * <script src="https://desk.example/bubble.js" data-desk="https://desk.example" async></script>
 *
 * It fetches nothing before the page has been drawn, and then the messenger itself, a module. A page that wants
 * to speak with it imports the same address: import("https://desk.example/bubble.mjs"). Nothing global is left.
 */
(() => {
  "use strict";
  const script = document.currentScript;
  const desk = new URL(script.dataset.desk || "/", script.src).origin;
  const frame = requestAnimationFrame;
  const drawn = () => frame(() => frame(() => setTimeout(() =>
    import(desk + "/bubble.mjs").then((bubble) => bubble.start(script.dataset)).catch(() => {}))));
  if (document.readyState === "complete") drawn();
  else addEventListener("load", drawn, { once: true });
})();
