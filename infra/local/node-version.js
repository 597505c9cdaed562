const NODE_MAJOR = 24;

/**
 * What is wrong with the Node that runs this, in one line; null when it will do.
 *
 * @param {string} version as in `process.versions.node`
 * @returns {string | null}
 */
export const nodeProblem = (version) =>
  Number.parseInt(version, 10) >= NODE_MAJOR
    ? null
    : `Stepwell needs Node ${NODE_MAJOR} or newer and this is ${version}. \`npm start\` uses the one that \`npm install\` brings.`;
