/** Stands in for `rehype-raw`: HTML inside an answer stays text, because nothing here can parse it. */
export default function noRawHtml(): undefined {
  return undefined;
}
