import { createHash, createHmac } from 'node:crypto';
import { type Place, REGION } from './emulator.ts';
import { send } from './http.ts';

export type Aws = ReturnType<typeof makeAws>;

/** AWS as an operator has it: calls in the protocols of the services, signed (Signature Version 4). */
export const makeAws = ({ url, certificate }: Place) => {
  const post = async (service: string, path: string, given: Record<string, string>, body: string) => {
    const headers = sign(service, path, { ...given, host: new URL(url).host }, body);
    const answer = await send({ method: 'POST', url: `${url}${path}`, headers, body, ca: certificate });
    if (answer.status >= 300)
      throw new Error(`${service}${path} answered ${answer.status}: ${answer.text.slice(0, 500)}`);
    return answer;
  };

  return {
    /** A JSON service: `json('logs', 'Logs_20140328.DescribeLogGroups', {})`. */
    // biome-ignore lint/suspicious/noExplicitAny: the drive looks into answers of every shape
    json: async (service: string, target: string, input: object, version = '1.1'): Promise<any> => {
      const headers = { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target };
      return JSON.parse((await post(service, '/', headers, JSON.stringify(input))).text || 'null');
    },
    /** A query service, as IAM is. Answers XML. */
    query: async (service: string, parameters: Readonly<Record<string, string>>): Promise<string> => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return (await post(service, '/', headers, new URLSearchParams(parameters).toString())).text;
    },
    /** Calls a function and answers what it returned; throws what it threw. */
    // biome-ignore lint/suspicious/noExplicitAny: functions answer all kinds of things
    invoke: async (name: string, payload: unknown): Promise<any> => {
      const path = `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`;
      const { text, headers } = await post('lambda', path, {}, JSON.stringify(payload));
      if (headers['x-amz-function-error']) throw new Error(text.slice(0, 1_000));
      return JSON.parse(text || 'null');
    },
  };
};

const sign = (
  service: string,
  path: string,
  given: Readonly<Record<string, string>>,
  body: string,
): Record<string, string> => {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const headers: Record<string, string> = { ...given, 'x-amz-date': time };
  const names = Object.keys(headers).sort();
  const canonical = [
    'POST',
    path,
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    hash(body),
  ].join('\n');
  const scope = `${time.slice(0, 8)}/${REGION}/${service}/aws4_request`;
  const key = [REGION, service, 'aws4_request'].reduce(mac, mac('AWS4test', time.slice(0, 8)));
  const signature = createHmac('sha256', key)
    .update(['AWS4-HMAC-SHA256', time, scope, hash(canonical)].join('\n'))
    .digest('hex');
  headers.authorization = `AWS4-HMAC-SHA256 Credential=test/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return headers;
};
