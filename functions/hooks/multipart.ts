import { AppError } from '../../shared/errors.ts';

/** One part of a form. */
export interface FormPart {
  readonly name: string;
  /** Null for a plain field. */
  readonly file: { readonly fileName: string; readonly mediaType: string } | null;
  readonly bytes: Buffer;
}

/** What a form may hold; far more than people send, and few enough to look at each. */
const MAX_PARTS = 200;
const MAX_HEADER_BYTES = 4_096;
/** RFC 2046 §5.1.1. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{1,70}$/;
const CRLF = '\r\n';

/** Takes a multipart/form-data body apart (RFC 7578), without looking at more than its bytes. Throws what a sender can correct. */
export const parseMultipart = (body: Buffer, contentType: string): FormPart[] => {
  const boundary = /;\s*boundary=(?:"([^"]*)"|([^;\s]+))/i.exec(contentType);
  const text = boundary?.[1] ?? boundary?.[2] ?? '';
  if (!BOUNDARY.test(text)) throw malformed('names no boundary in its Content-Type');
  const delimiter = Buffer.from(`--${text}`);
  const parts: FormPart[] = [];
  let at = body.indexOf(delimiter);
  if (at < 0) throw malformed('does not hold its boundary');
  for (;;) {
    const begin = at + delimiter.length;
    if (body.toString('latin1', begin, begin + 2) === '--') return parts;
    if (body.toString('latin1', begin, begin + 2) !== CRLF)
      throw malformed('has a boundary that ends no line');
    const end = body.indexOf(Buffer.concat([Buffer.from(CRLF), delimiter]), begin);
    if (end < 0) throw malformed('ends before its last boundary');
    if (parts.length === MAX_PARTS) throw malformed(`has more than ${MAX_PARTS} parts`);
    parts.push(partOf(body.subarray(begin + 2, end)));
    at = end + 2;
  }
};

const partOf = (part: Buffer): FormPart => {
  const noHeaders = part.subarray(0, 2).equals(Buffer.from(CRLF));
  const end = noHeaders ? 0 : part.indexOf(`${CRLF}${CRLF}`);
  if (end < 0 || end > MAX_HEADER_BYTES) throw malformed('has a part without an end of its headers');
  const headers = new Map(
    part
      .toString('utf8', 0, end)
      .split(CRLF)
      .map((line) => [
        line
          .slice(0, Math.max(0, line.indexOf(':')))
          .trim()
          .toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
  );
  const disposition = headers.get('content-disposition') ?? '';
  const name = parameterOf(disposition, 'name');
  if (!/^form-data\s*;/i.test(disposition) || name === null) throw malformed('has a part without a name');
  const fileName = parameterOf(disposition, 'filename');
  return {
    name,
    file:
      fileName === null
        ? null
        : { fileName, mediaType: headers.get('content-type') ?? 'application/octet-stream' },
    bytes: part.subarray(end + (noHeaders ? 2 : 4)),
  };
};

/** `name="…"`, with `\"` and `%22` for a quote as browsers write it, or the extended form of RFC 5987. */
const parameterOf = (header: string, name: string): string | null => {
  const extended = new RegExp(`;\\s*${name}\\*=utf-8''([^;]+)`, 'i').exec(header)?.[1];
  const decoded = extended === undefined ? null : decode(extended.trim());
  if (decoded !== null) return decoded;
  const found = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, 'i').exec(header);
  const written = found?.[1]?.replaceAll(/\\(["\\])/g, '$1') ?? found?.[2];
  return written === undefined ? null : written.replaceAll('%22', '"').toWellFormed();
};

const decode = (text: string): string | null => {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
};

const malformed = (what: string): AppError =>
  new AppError('request.malformed', `The form ${what}.`, {
    errors: [{ pointer: '', message: `is no multipart/form-data: it ${what}` }],
  });
