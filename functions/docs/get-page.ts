import { createHash } from 'node:crypto';
import { getDocs } from '../../shared/contracts/platform.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { documentsFor } from './document.ts';
import { STYLE } from './style.ts';

const styleHash = createHash('sha256').update(STYLE).digest('base64');

/** The one answer for a browser: it may show its own style and nothing else. */
const HEADERS = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
};

export const getPage = defineHandler(getDocs, async ({ platform }) => ({
  body: documentsFor(platform.config).page,
  headers: HEADERS,
}));
