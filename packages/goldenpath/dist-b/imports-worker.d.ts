/** A worker reads batches of files and answers each with one pack, moved and not copied. */
type Batch = {
  readonly root: string;
  readonly paths: readonly string[];
};
export { Batch };