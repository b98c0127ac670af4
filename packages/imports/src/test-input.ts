/** Files that tests are tried on: what they ask for may be missing on purpose. */

const FOLDER =
  /(?:^|\/)(?:__testfixtures__\/|test[-_](?:files|data)\/|testdata\/|__typetests__\/|(?:tests?|__tests__|specs?|e2e)\/(?:.*\/)?(?:(?:__)?(?:fixtures?|samples)(?:__)?|goldens?|\w*[cC]ases|test_\w*_root)\/)/;
const TEST = /[._-](?:test|spec|e2e)\.[cm]?[jt]sx?$/;

/** Whether a JavaScript or TypeScript file, by its path below the root, is what some test reads. */
export function isTestInput(path: string): boolean {
  return FOLDER.test(path) && (!TEST.test(path) || /fixtures?|samples|__typetests__/.test(path));
}
