/**
 * Loaded into the functions of the emulator before their code, and into nothing else. It does what AWS and the internet do
 * and this machine leaves undone.
 */
import { promises as dns } from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';

/** A schedule's input says when it was to fire. */
const PLACEHOLDER = '<aws.scheduler.scheduled-time>';
const parse = JSON.parse;
JSON.parse = (text, reviver) => {
  if (typeof text === 'string' && text.includes(PLACEHOLDER)) {
    const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000).toISOString();
    return parse(text.replaceAll(PLACEHOLDER, minute), reviver);
  }
  return parse(text, reviver);
};

/** One server on the internet: its name has a public address, and whoever connects to that is led to the drive. */
const { OUTSIDE_HOST, OUTSIDE_PORT } = process.env;
const PUBLIC = [{ address: '93.184.215.14', family: 4 }];
const HERE = [{ address: '127.0.0.1', family: 4 }];
const { lookup } = dns;
Object.assign(dns, {
  /** @type {(host: string, options: object) => Promise<unknown>} */
  lookup: (host, options) =>
    host === OUTSIDE_HOST ? Promise.resolve(PUBLIC) : Promise.resolve(lookup(host, options)),
});
syncBuiltinESMExports();

/**
 * What the product finds of the address still holds; only then the connection goes somewhere else.
 * @typedef {(error: Error | null, found: unknown, family?: number) => void} Found
 * @type {(checked: (host: string, options: object, found: Found) => void) => typeof checked}
 */
const leadHere = (checked) => (host, options, found) =>
  checked(host, options, (error, ...address) => {
    const all = 'all' in options && options.all;
    if (error) found(error, ...address);
    else if (all) found(null, HERE);
    else found(null, HERE[0]?.address, 4);
  });
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0];
  if (options?.host === OUTSIDE_HOST) {
    Object.assign(options, { port: Number(OUTSIDE_PORT), lookup: leadHere(options.lookup) });
    // As Lambda may end a function at any moment.
    this.on('data', (chunk) => {
      if (chunk.includes('KILL-THE-FUNCTION')) process.kill(process.pid, 'SIGKILL');
    });
  }
  return Reflect.apply(connect, this, given);
};
