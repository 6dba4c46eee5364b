// The public HTTP contract (v1). Every failure becomes a Problem with a code; nothing else is thrown.

const PATIENCE = 20000;

export class Problem extends Error {
  constructor(status, code, body, retryAfter) {
    super(body?.detail || code);
    this.status = status;
    this.code = code;
    this.errors = body?.errors || [];
    this.alternatives = body?.alternatives || [];
    this.retryAfter = retryAfter;
  }
}

async function readProblem(response) {
  const body = await response.json().catch(() => null);
  const seconds = parseInt(response.headers.get('retry-after'), 10);
  return new Problem(response.status, body?.code || 'failed', body, seconds > 0 ? seconds : 0);
}

export class Api {
  constructor(home) {
    this.home = home;
    this.base = home + '/api/v1';
    this.warmed = new Set();
  }

  async call(method, path, { body, token, key, keepalive } = {}) {
    const headers = {};
    if (body) headers['Content-Type'] = 'application/json';
    if (token) headers.Authorization = 'Bearer ' + token;
    if (key) headers['Idempotency-Key'] = key;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const response = await fetch(this.base + path, {
        method, headers, keepalive, body: body && JSON.stringify(body), credentials: 'omit', signal: stop.signal,
      });
      if (!response.ok) throw await readProblem(response);
      return response.status === 204 ? null : await response.json();
    } catch (error) {
      throw error instanceof Problem ? error : new Problem(0, navigator.onLine === false ? 'offline' : 'network');
    } finally {
      clearTimeout(timer);
    }
  }

  // Browsers remember a preflight by address and header names. Asking with OPTIONS while the visitor types or
  // looks makes the call that follows take one round trip instead of two.
  warm(path, ...headers) {
    if (new URL(this.home).origin === location.origin || this.warmed.has(path)) return;
    this.warmed.add(path);
    const wanted = Object.fromEntries(headers.map((name) => [name, name === 'content-type' ? 'application/json' : '-']));
    fetch(this.base + path, { method: 'OPTIONS', headers: wanted, credentials: 'omit' }).catch(() => {});
  }

  form(slug) {
    return this.call('GET', `/forms/${encodeURIComponent(slug)}`);
  }

  request(slug, body, key) {
    return this.call('POST', `/forms/${encodeURIComponent(slug)}/requests`, { body, key });
  }

  slots({ id, token }, from, to, timezone) {
    const query = new URLSearchParams({ from, to, timezone, ...this.length });
    return this.call('GET', `/requests/${id}/slots?${query}`, { token });
  }

  hold({ id, token }, start) {
    return this.call('POST', `/requests/${id}/holds`, { token, body: { start, ...this.length } });
  }

  release({ id, token }, hold) {
    return this.call('DELETE', `/requests/${id}/holds/${hold}`, { token, keepalive: true }).catch(() => {});
  }

  book({ id, token }, order) {
    const body = { ...order, ...this.length }; // `{ minutes }` once the visitor chose how long
    return this.call('POST', `/requests/${id}/bookings`, { token, body, key: attemptKey(id, body) });
  }
}

/** A key nobody else has; works without a secure context, where crypto.randomUUID does not exist. */
export function randomKey() {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}

// One key per booking attempt: the same request asking for the same thing gets the same key, also after a
// reload, so a lost answer is given again instead of a second booking. Keys are scoped to the request's token.
function attemptKey(id, body) {
  let hash = 0;
  for (const char of JSON.stringify(body)) hash = Math.imul(hash, 31) + char.codePointAt(0) | 0;
  return `${id}-${hash >>> 0}`;
}
