// ../protocol/src/message.ts
/** The text of a message as its reader sees it: its text parts, joined. */
function messageText(message) {
	let text = "";
	for (const part of message.parts) if (part.type === "text") text += part.text;
	return text;
}
export { messageText as t };
