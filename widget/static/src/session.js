// An open request survives a reload. Kept in sessionStorage, for this tab only: the request's id and its token,
// nothing about the person. ePrivacy, article 5(3): strictly necessary for the service the visitor asked for
// (to go on picking a time), so it needs no consent. A blocked storage only means that a reload starts afresh.

function attempt(task) {
  try {
    return task();
  } catch {
    return null; // storage is blocked or full, or holds something else
  }
}

const keyOf = (home, slug) => `smart-scheduler ${home} ${slug}`;

export function remember(home, slug, { id, token }) {
  attempt(() => sessionStorage.setItem(keyOf(home, slug), JSON.stringify({ id, token })));
}

/** The open request of this tab, {id, token}, or null. */
export function recall(home, slug) {
  const open = attempt(() => JSON.parse(sessionStorage.getItem(keyOf(home, slug))));
  return open && open.id && open.token ? open : null;
}

export function forget(home, slug) {
  attempt(() => sessionStorage.removeItem(keyOf(home, slug)));
}
