import { createSocket } from 'node:dgram';
import { promises as dns } from 'node:dns';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import type { Resolve } from '../../shared/adapters/egress-agent.ts';

/** What a name answers: one entry per question, the last one again and again. */
export type Zone = Readonly<Record<string, readonly Answer[]>>;
interface Answer {
  readonly a?: readonly string[];
  readonly aaaa?: readonly string[];
  readonly cname?: string;
}

const TYPES = { a: 1, cname: 5, aaaa: 28 } as const;

/** A DNS server on this machine that may answer otherwise each time, with a time to live of nothing, and a resolver that asks it. */
export const dnsServer = async (zone: Zone) => {
  const socket = createSocket('udp4');
  const asked = new Map<string, number>();
  socket.on('message', (question, from) => {
    const { name, type, end } = readQuestion(question);
    const answers = zone[name] ?? [];
    const nth = asked.get(`${name} ${type}`) ?? 0;
    asked.set(`${name} ${type}`, nth + 1);
    const records = recordsOf(zone, name, answers[Math.min(nth, answers.length - 1)] ?? {}, type);
    socket.send(
      Buffer.concat([header(question, records.length), question.subarray(12, end), ...records]),
      from.port,
      from.address,
    );
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  const resolver = new dns.Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  const resolve: Resolve = async (hostname) => {
    const [four, six] = await Promise.all([
      resolver.resolve4(hostname).catch(() => []),
      resolver.resolve6(hostname).catch(() => []),
    ]);
    return [
      ...four.map((address) => ({ address, family: 4 })),
      ...six.map((address) => ({ address, family: 6 })),
    ];
  };
  return {
    resolve,
    /** How often a name was asked for its IPv4 addresses. */
    askedFor: (name: string) => asked.get(`${name} ${TYPES.a}`) ?? 0,
  };
};

const readQuestion = (message: Buffer) => {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 };
};

const header = (question: Buffer, answers: number): Buffer => {
  const bytes = Buffer.alloc(12);
  question.copy(bytes, 0, 0, 2);
  bytes.writeUInt16BE(0x8580, 2);
  bytes.writeUInt16BE(1, 4);
  bytes.writeUInt16BE(answers, 6);
  return bytes;
};

const recordsOf = (
  zone: Zone,
  name: string,
  { a = [], aaaa = [], cname }: Answer,
  type: number,
): Buffer[] => {
  if (cname !== undefined) {
    const [target = {}] = zone[cname] ?? [];
    return [record(name, TYPES.cname, nameBytes(cname)), ...recordsOf(zone, cname, target, type)];
  }
  if (type === TYPES.a)
    return a.map((address) => record(name, TYPES.a, Buffer.from(address.split('.').map(Number))));
  return type === TYPES.aaaa ? aaaa.map((address) => record(name, TYPES.aaaa, sixBytes(address))) : [];
};

const record = (name: string, type: number, data: Buffer): Buffer => {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([nameBytes(name), fixed, data]);
};

const nameBytes = (name: string): Buffer =>
  Buffer.concat([
    ...name
      .split('.')
      .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')])),
    Buffer.from([0]),
  ]);

const sixBytes = (address: string): Buffer => {
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string) =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const [before, after] = [groups(head), groups(tail)];
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
};
