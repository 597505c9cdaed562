import { buildOpenApi, type OpenApi } from '../../shared/contracts/openapi.ts';
import { renderPage } from './page.ts';

interface Documents {
  readonly openApi: OpenApi;
  readonly page: string;
}

const made = new Map<string, Documents>();

/** Made once per process and origin: anybody may ask, as often as they like. */
export const documentsFor = (apiUrl: string): Documents => {
  const known = made.get(apiUrl);
  if (known) return known;
  const openApi = buildOpenApi(apiUrl);
  const documents = { openApi, page: renderPage(openApi) };
  made.set(apiUrl, documents);
  return documents;
};
