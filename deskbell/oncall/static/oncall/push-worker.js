// Shows pages and notices that come by web push while the desk is closed. It keeps nothing and caches nothing.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const said = read(event.data);
  event.waitUntil(show(said));
});

// What can't be read is shown all the same: a page is not dropped for its form.
function read(data) {
  try {
    return data.json();
  } catch {
    return { kind: "page", title: "The desk calls you", text: "", link: "", ticket: "/oncall/calls", tag: "unread" };
  }
}

function show(said) {
  const calls = said.kind === "page" || said.kind === "bundle";
  return self.registration.showNotification(said.title, {
    body: said.text,
    tag: said.tag,
    renotify: said.kind !== "over",
    requireInteraction: calls,
    silent: said.kind === "over",
    icon: "/static/look/mark.svg",
    actions: said.link ? [{ action: "acknowledge", title: "Acknowledge" }] : [],
    data: { link: said.link, ticket: said.ticket, tag: said.tag, title: said.title },
  });
}

self.addEventListener("notificationclick", (event) => {
  const { link, ticket } = event.notification.data;
  event.notification.close();
  const done = event.action === "acknowledge" && link
    ? acknowledge(event.notification.data)
    : open(link || ticket);
  event.waitUntil(done);
});

// A window that stands there already comes to the front.
async function open(address) {
  const there = new URL(address, self.location.origin);
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const same = windows.find(({ url }) => new URL(url).pathname === there.pathname);
  return same ? same.focus() : self.clients.openWindow(there.href);
}

// A person has pressed the button, so this is the answer (E6). If the desk did not take it, its page says why.
async function acknowledge({ link, ticket, tag, title }) {
  try {
    const answer = await fetch(link, { method: "POST", credentials: "omit" });
    if (!answer.ok) throw new Error(answer.status);
    await self.registration.showNotification("You have it", {
      body: title, tag, icon: "/static/look/mark.svg", data: { link, ticket, tag, title },
    });
  } catch {
    await self.clients.openWindow(link);
  }
}
