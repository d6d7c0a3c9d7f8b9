/* Every way a page has of sending a request, and of reading what comes back. Evaluated in the browser. */
globalThis.attack = async (base) => {
  const learned = [];
  const message = JSON.stringify({
    model: 'claude-opus-5-5',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'hi' }],
  });
  const read = async (name, path, init) => {
    const outcome = await fetch(base + path, init).then(
      async (answer) => `${answer.type} ${answer.status} ${(await answer.text()).length}`,
      () => 'blocked',
    );
    learned.push({ attack: name, outcome });
  };
  for (const path of [
    '/api/status',
    '/health',
    '/v1/models',
    '/v1/usage/samples',
    '/api/openapi.json',
    '/docs/',
  ])
    await read(`read ${path}`, path, {});
  await read('read with the token', '/api/status', { headers: { authorization: 'Bearer guessed' } });
  await read('simple post', '/v1/messages', {
    method: 'POST',
    body: message,
    headers: { 'content-type': 'text/plain' },
  });
  await read('post with preflight', '/v1/messages', {
    method: 'POST',
    body: message,
    headers: { 'content-type': 'application/json' },
  });
  await read('opaque post', '/v1/messages', { method: 'POST', mode: 'no-cors', body: message });
  await read('opaque shutdown', '/api/shutdown', { method: 'POST', mode: 'no-cors' });
  await read('put', '/api/providers/example/paused', { method: 'PUT', body: '{"paused":true}' });
  await read('credentials', '/v1/messages', {
    method: 'POST',
    mode: 'no-cors',
    credentials: 'include',
    body: message,
  });
  learned.push({
    attack: 'beacon',
    outcome: navigator.sendBeacon(`${base}/v1/messages`, message) ? 'opaque' : 'blocked',
  });
  const events = async (name, make) => {
    const { promise, resolve } = Promise.withResolvers();
    make(resolve);
    learned.push({ attack: name, outcome: await promise });
  };
  await events('event source', (done) => {
    const source = new EventSource(`${base}/api/events`);
    source.addEventListener('open', () => done('opened'));
    source.addEventListener('error', () => (source.close(), done('blocked')));
  });
  await events('web socket', (done) => {
    const socket = new WebSocket(`${base.replace('http', 'ws')}/v1/responses`);
    socket.addEventListener('open', () => done('opened'));
    socket.addEventListener('error', () => done('blocked'));
  });
  const element = async (name, tag, path) =>
    events(name, (done) => {
      const made = document.createElement(tag);
      made.addEventListener('load', () => done(tag === 'iframe' ? 'framed' : 'loaded'));
      made.addEventListener('error', () => done('blocked'));
      if (made instanceof HTMLLinkElement) [made.rel, made.href] = ['stylesheet', base + path];
      else made.setAttribute('src', base + path);
      document.body.append(made);
    });
  await element('image', 'img', '/api/status');
  await element('script', 'script', '/api/status');
  await element('style', 'link', '/docs/');
  await element('frame', 'iframe', '/docs/');
  return learned;
};
