import { buildOpenApi } from '../../shared/contracts/openapi.ts';
import type { OpenApi } from '../../shared/contracts/openapi-document.ts';
import type { PlatformConfig } from '../../shared/platform.ts';
import { renderPage } from './page.ts';

interface Documents {
  readonly openApi: OpenApi;
  readonly page: string;
}

const made = new Map<string, Documents>();

/** Made once per process and origins: anybody may ask, as often as they like. */
export const documentsFor = ({
  apiUrl,
  hooksUrl,
}: Pick<PlatformConfig, 'apiUrl' | 'hooksUrl'>): Documents => {
  const key = `${apiUrl} ${hooksUrl}`;
  const known = made.get(key);
  if (known) return known;
  const openApi = buildOpenApi(apiUrl, hooksUrl);
  const documents = { openApi, page: renderPage(openApi) };
  made.set(key, documents);
  return documents;
};
