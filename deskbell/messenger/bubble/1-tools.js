/* The messenger: one module, no build, nothing global. It is put together from the parts beside this one, in the
 * order of their names; LANGUAGES, LOOKS and LABELED are constants that the desk puts before them.
 *
 *   import { open, close, show, identify, on } from "https://desk.example/bubble.mjs"
 *
 * Everything a person wrote is set as text, never as markup, and styles are constructed, so a host with a strict
 * Content-Security-Policy allows the desk's address in script-src and connect-src, and nothing else.
 */
const DESK = new URL(import.meta.url).origin;
const HERE_MS = 60e3, POLL_MS = 4e3, TYPED_MS = 3e3, ECHO_MS = 8e3, STALE_MS = 600e3, POST_MS = 15e3, LONGEST = 4000, MOST_FILES = 5, LARGEST_FILE = 5 << 20;

/* ---- words: in the language of the page ---- */

const page = document.documentElement;
const spoken = page.lang.toLowerCase();
const LANG = LANGUAGES.includes(spoken.split("-")[0]) ? spoken.split("-")[0] : "en";
const LOCALE = spoken.startsWith(LANG + "-") ? page.lang : { en: "en-US", es: "es-US" }[LANG];
const plural = new Intl.PluralRules(LANG);
const TEXTS = await (await fetch(import.meta.url.replace(".mjs", `/words-${LANG}.json`))).json();

/** The text of this name; `{n}` and the like are filled in, and `n` chooses between one and several. */
const t = (name, values = {}) => {
  const text = TEXTS[name];
  const chosen = text && text.other ? text[plural.select(values.n)] || text.other : text || "";
  return chosen.replace(/\{(\w+)\}/g, (_, key) => values[key]);
};

/** Calls when the host page has been drawn for the first time. */
const afterPaint = (then) => {
  const soon = () => requestAnimationFrame(() => setTimeout(then));
  if (document.readyState === "complete") soon();
  else addEventListener("load", soon, { once: true });
};

/* ---- drawing tools ---- */

/** An element: tag, attributes (class and `on…` included), children (strings become text). */
const el = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  if (tag === "button") made.type = tag; // it sends no form unless it says so
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
};

const icon = (size, ...paths) => {
  const NS = "http://www.w3.org/2000/svg";
  const made = document.createElementNS(NS, "svg");
  for (const [name, value] of [["viewBox", "0 0 24 24"], ["width", size], ["height", size], ["aria-hidden", "true"]])
    made.setAttribute(name, value);
  for (const d of paths) made.appendChild(document.createElementNS(NS, "path")).setAttribute("d", d);
  return made;
};

const CLIP = ["M19 11l-7.5 7.5a4.5 4.5 0 0 1-6.4-6.4L13 4.3a3 3 0 0 1 4.3 4.2l-7.9 7.9a1.5 1.5 0 0 1-2.1-2.1L14.5 7.1"];
const CLOSE = ["M6 9l6 6 6-6"], CROSS = ["M6 6l12 12M18 6L6 18"], ARROW = ["M12 19V5M6 11l6-6 6 6"];
const TALK = ["M20 11.5a7.5 7.5 0 0 1-11 6.6L4 20l1.6-4.4A7.5 7.5 0 1 1 20 11.5z", "M9 11.5h.01M12.5 11.5h.01M16 11.5h.01"];

const LENS = ["M10.5 18a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM16 16l5 5"];

const LINK = /(https?:\/\/[^\s<>"]+[^\s<>"'.,;:!?)\]])/g;
/** Text with its web addresses as links. */
const linked = (text) =>
  text.split(LINK).map((part, i) =>
    i % 2 ? el("a", { href: part, target: "_blank", rel: "noopener noreferrer nofollow" }, part) : part);

/** A page of the desk, in a tab of its own. */
const leaf = (path, words) => el("a", { href: DESK + path, target: "_blank", rel: "noopener" }, words);

const DATE = { weekday: "long", month: "long", day: "numeric" };
const clockTime = (instant) => new Date(instant).toLocaleTimeString(LOCALE, { hour: "numeric", minute: "2-digit" });
const dayOf = (instant) => new Date(instant).toDateString();
/** An instant in the reader's own zone, named: “tomorrow at 8:00 AM EST”; a far one with its date. */
const zoned = (instant) => {
  const then = new Date(instant);
  const time = then.toLocaleTimeString(LOCALE, { hour: "numeric", minute: "2-digit", timeZoneName: "short" });
  const days = Math.round((new Date(then).setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / 864e5);
  const day = days === 0 ? t("dayToday") : days === 1 ? t("dayTomorrow")
    : t("onDay", { day: then.toLocaleDateString(LOCALE, days > 0 && days < 7 ? { weekday: "long" } : DATE) });
  return t("at", { day, time });
};
