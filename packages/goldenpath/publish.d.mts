/** What others get of the repository's manifest: the built entries, and nothing of the workspace. */
export function publishedManifest(source: object): object;
