/* The page works without this. With it, times are in the reader's zone, and a page that is left open says
   when there is something new, or when it is no longer renewed. */
const root = document.documentElement;
const language = root.lang === "es" ? "es-US" : "en-US";
const EVERY = 60_000;
const STALE = 180_000;

const forms = {
  moment: { weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short" },
  hour: { hour: "numeric", minute: "2-digit" },
};

for (const time of document.querySelectorAll("time[data-form]")) say(time);
for (const note of document.querySelectorAll(".zone-note")) note.textContent = note.dataset.own;

function say(time) {
  const instant = new Date(time.dateTime);
  const form = { ...forms[time.dataset.form] };
  if (instant.getFullYear() !== new Date().getFullYear()) form.year = "numeric";
  time.textContent = new Intl.DateTimeFormat(language, form).format(instant);
}

const news = document.querySelector(".news");
let version;

async function look() {
  if (document.hidden || !news) return;
  try {
    const [page, beat] = await Promise.all([
      fetch(location.pathname, { method: "HEAD", cache: "no-cache" }),
      fetch(root.dataset.heartbeat, { cache: "no-store" }).then((answer) => answer.json()),
    ]);
    const now = page.headers.get("etag")?.replace(/-(gz|old)/g, "");
    version ??= now;
    const isStale = Date.now() - new Date(beat.checked_at) > STALE;
    if (isStale && !document.querySelector(".stale")) tell(news.dataset.stale, beat.checked_at);
    else if (!isStale && now !== version) tell(news.dataset.new);
  } catch {
    // The line is gone, or the desk: the page says when it was made.
  }
}

function tell(sentence, since) {
  if (news.dataset.said === sentence) return;
  news.dataset.said = sentence;
  const said = document.createElement("p");
  said.append(sentence, " ");
  if (since) {
    const time = document.createElement("time");
    time.dateTime = since;
    time.dataset.form = "moment";
    say(time);
    said.append(time, ". ", news.dataset.meaning);
  } else {
    const link = document.createElement("a");
    link.href = location.pathname;
    link.textContent = news.dataset.show;
    said.append(link);
  }
  news.replaceChildren(said);
}

look();
setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
