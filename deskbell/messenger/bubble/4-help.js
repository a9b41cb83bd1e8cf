/* ---- help first: search and articles of the help center, in the place of the conversation ---- */

let helping = false, query = "", found = [], asked = "", reading = null, soon;

const leave = () => {
  helping = false;
  reading = null;
  query = asked = "";
  if (ui.query) ui.query.value = "";
};

const seek = (done) => {
  clearTimeout(soon);
  query = ui.query.value.trim();
  reading = null;
  helping = Boolean(query);
  soon = setTimeout(look, done ? 0 : 200, done);
  draw();
};

/** Fetch what fits to what is typed; what comes late, when something else is asked, is dropped. */
const look = async (done) => {
  const wanted = query;
  await fetching; // who is signed in is told to the desk first
  const told = wanted && await ask(`articles?lang=${LANG}&q=${encodeURIComponent(wanted) + (done ? "&asked" : "")}`).catch(() => null);
  if (wanted !== query || reading) return;
  found = told ? told.articles : [];
  asked = wanted;
  if (wanted) tell(told ? count() : t("unreachable"));
  draw();
};

const count = () => t(found.length ? "found" : "foundNone", { n: found.length });

/** Open an article, by the last part of its address; one that can't be had is said to be so. */
const read = async (named) => {
  helping = true;
  reading = { named, title: t("loading"), body: [] };
  draw();
  await fetching;
  const told = await ask(`articles/${encodeURIComponent(named)}?lang=${LANG}`).catch((error) => ({ title: error.status ? error.message : t("unreachable"), body: [] }));
  if (!reading || reading.named !== named) return;
  reading = { named, ...told };
  draw();
  ui.help.scrollTop = 0;
  ui.help.querySelector("h3").focus();
};

/** One step back: to what was found, and then to the conversation. */
const back = () => {
  if (reading && query) reading = null;
  else leave();
  draw();
  (query ? ui.query : ui.field).focus();
};

/** The nodes of an article, as `trees.py` tells them. */
const grow = (node) => node.map ? (node[0] === "img" ? picture(node[1]) : el(node[0], node[1], ...node.slice(2).map(grow))) : node;

/** A picture, drawn by us: a portal's policy need not allow pictures of the desk. */
const picture = ({ src, alt, width, height }) => {
  const made = el("canvas", { role: "img", "aria-label": alt, width, height });
  fetch(src).then((answer) => answer.blob()).then(createImageBitmap).then((bitmap) => {
    made.width = bitmap.width;
    made.height = bitmap.height;
    made.getContext("2d").drawImage(bitmap, 0, 0);
  }).catch(() => made.replaceWith(alt));
  return made;
};

const card = ({ named, title, summary }) =>
  el("button", { class: "article", onclick: () => read(named) }, el("b", {}, title), summary && el("small", {}, summary));

const drawHelp = () => {
  const inHelp = helping && JSON.stringify([reading, asked, query && found]);
  ui.find.hidden = !helping && Boolean(messages.size || known.outbox.length);
  ui.seek.hidden = !ui.find.hidden;
  const shown = ui.list.hidden && !helping;
  ui.list.hidden = helping;
  if (shown) toEnd();
  ui.help.hidden = !helping;
  if (ui.help.dataset.told === inHelp) return;
  ui.help.dataset.told = inHelp;
  ui.help.replaceChildren(
    el("button", { class: "back", onclick: back }, icon(18, "M15 6l-6 6 6 6"), t("back")),
    ...(reading
      ? [el("h3", { tabindex: "-1", lang: reading.lang }, reading.title), el("div", { class: "words", dir: "auto", lang: reading.lang }, ...reading.body.map(grow)),
        reading.path ? leaf(reading.path, t("article")) : ""]
      : asked ? [el("p", { class: "small" }, count()), ...found.map(card)] : []));
};
