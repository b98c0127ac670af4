// ../protocol/src/clock.ts
const systemClock = {
	now: () => Date.now(),
	elapsed: () => performance.now(),
	timer(afterMs, call) {
		const handle = setTimeout(call, afterMs);
		return { cancel: () => clearTimeout(handle) };
	}
};
const randomId = () => {
	const bytes = crypto.getRandomValues(/* @__PURE__ */ new Uint8Array(16));
	let id = "";
	for (const byte of bytes) id += byte.toString(16).padStart(2, "0");
	return id;
};
// ../protocol/src/codes.ts
/** Answers to one frame or one HTTP request; the connection goes on. */
const errorCodes = {
	bad_frame: {
		retry: "never",
		meaning: "The frame is not JSON of the shape its type asks for."
	},
	unknown_type: {
		retry: "never",
		meaning: "No frame of this type exists."
	},
	frame_too_large: {
		retry: "never",
		meaning: "The frame is over frameBytesMax."
	},
	binary_frame: {
		retry: "never",
		meaning: "Frames are JSON text; binary frames are not read."
	},
	hello_required: {
		retry: "never",
		meaning: "The first frame has to be hello."
	},
	hello_repeated: {
		retry: "never",
		meaning: "hello is sent once, as the first frame."
	},
	not_found: {
		retry: "never",
		meaning: "There is no such thing, or it is not yours."
	},
	empty_message: {
		retry: "never",
		meaning: "A message needs text or an attachment."
	},
	message_too_large: {
		retry: "never",
		meaning: "The text is over messageCharsMax; attach it as a file."
	},
	attachment_invalid: {
		retry: "never",
		meaning: "The attachment is not what it claims to be."
	},
	attachment_too_large: {
		retry: "never",
		meaning: "The attachment is over attachmentBytesMax."
	},
	unknown_agent: {
		retry: "never",
		meaning: "No agent of this name is served here."
	},
	id_reused: {
		retry: "never",
		meaning: "This command id was used before for something else."
	},
	run_ended: {
		retry: "never",
		meaning: "The run has already ended."
	},
	approval_resolved: {
		retry: "never",
		meaning: "The approval has already been decided."
	},
	too_many_runs: {
		retry: "later",
		meaning: "runsPerUserMax runs are active; wait for one or cancel it."
	},
	rate_limited: {
		retry: "later",
		meaning: "Too many requests; wait afterMs."
	},
	unauthenticated: {
		retry: "never",
		meaning: "Sign in first."
	},
	forbidden: {
		retry: "never",
		meaning: "This account may not do that."
	},
	origin_refused: {
		retry: "never",
		meaning: "The page's origin is not on this server's allowlist."
	},
	storage_full: {
		retry: "later",
		meaning: "The server's disk is full; nothing was written."
	},
	unavailable: {
		retry: "later",
		meaning: "The server cannot do this just now; nothing was written."
	},
	internal: {
		retry: "later",
		meaning: "A fault of the server's own; its log names it."
	}
};
/** 4000-4399 resume, 4400-4499 log in again, 4500 and up stop: the split that Centrifugo uses. */
const closeCodes = {
	going_away: {
		code: 4e3,
		meaning: "The server is restarting; reconnect after the time goaway named."
	},
	heartbeat_timeout: {
		code: 4001,
		meaning: "No answer to a ping in time."
	},
	slow_reader: {
		code: 4002,
		meaning: "The socket did not drain; reconnect and resume."
	},
	try_later: {
		code: 4003,
		meaning: "The server cannot serve the log just now."
	},
	fault: {
		code: 4004,
		meaning: "A fault of the server's own on this connection."
	},
	flooding: {
		code: 4029,
		meaning: "Far too many frames; reconnect slowly."
	},
	unauthenticated: {
		code: 4400,
		meaning: "No valid session and no valid ticket came with hello."
	},
	session_expired: {
		code: 4401,
		meaning: "The session ran out."
	},
	session_revoked: {
		code: 4402,
		meaning: "The session was ended: sign-out, password change or ban."
	},
	hello_timeout: {
		code: 4500,
		meaning: "No hello in time."
	},
	hello_required: {
		code: 4501,
		meaning: "A frame came before hello."
	},
	bad_hello: {
		code: 4502,
		meaning: "The first frame was not a valid hello."
	},
	too_many_connections: {
		code: 4503,
		meaning: "This user has connectionsPerUserMax connections."
	},
	client_closed: {
		code: 4504,
		meaning: "The client closed the connection and wants no other."
	}
};
/**
* What a client does after a close code. RFC 6455's own codes count as a broken line (`resume`), except
* 1007 (bad UTF-8), 1008 (policy) and 1009 (frame over frameBytesHardMax), which the client itself caused.
*/
function afterClose(code) {
	if (code >= 4500) return "stop";
	if (code >= 4400) return "login";
	if (code === 1007 || code === 1008 || code === 1009) return "stop";
	return "resume";
}
// ../protocol/src/event.ts
/** An event that belongs to a run: it has `runId`, `seq` and `agent`. */
const runEventTypes = [
	"agent_started",
	"agent_thinking",
	"tool_executing",
	"tool_completed",
	"agent_completed",
	"text_delta",
	"agent_failed",
	"agent_cancelled",
	"agent_resumed",
	"approval_requested",
	"approval_resolved",
	"usage_reported"
];
/** The five that must always arrive, in the order of a run. */
const criticalEventTypes = [
	"agent_started",
	"agent_thinking",
	"tool_executing",
	"tool_completed",
	"agent_completed"
];
function isTerminal(type) {
	return type === "agent_completed" || type === "agent_failed" || type === "agent_cancelled";
}
/**
* The stored and sent form of an event: everything but the offset is serialised once, when the event is
* made; the commit puts the offset in front. The same bytes go to the store and to every socket.
*/
function eventTail(event) {
	return JSON.stringify(event).slice(1);
}
function eventJson(offset, tail) {
	return `{"offset":${offset},${tail}`;
}
// ../protocol/src/fold.ts
/**
* The answer that a run's events describe, one event at a time. Client, server and store use this one
* function, so what was streamed, what a reload shows and what the thread keeps are equal by construction.
* `message` is undefined before `agent_started`; an event that is not of this run leaves it as it is.
*/
function foldRun(message, event) {
	if (event.type === "agent_started") {
		if (message) return message;
		return {
			id: event.data.messageId,
			threadId: event.threadId,
			role: "assistant",
			at: event.at,
			parts: [],
			status: "streaming",
			label: event.data.label,
			...event.runId === void 0 ? {} : { runId: event.runId },
			...event.agent === void 0 ? {} : { agent: event.agent }
		};
	}
	if (!message || event.runId !== message.runId) return message;
	switch (event.type) {
		case "text_delta": return {
			...message,
			parts: withText(message, event.data.text, event.agent)
		};
		case "agent_thinking": return {
			...message,
			parts: withThought(message.parts, event.data, event.agent ?? "")
		};
		case "tool_executing": return {
			...message,
			parts: [...message.parts, {
				type: "tool",
				callId: event.data.callId,
				tool: event.data.tool,
				agent: event.agent ?? "",
				input: event.data.input,
				state: "running",
				startedAt: event.at
			}]
		};
		case "tool_completed": {
			const { callId, output, error, durationMs } = event.data;
			return {
				...message,
				parts: message.parts.map((part) => {
					if (part.type !== "tool" || part.callId !== callId) return part;
					const ended = {
						...part,
						state: error ? "failed" : "completed",
						durationMs
					};
					if (error) return {
						...ended,
						error
					};
					return output === void 0 ? ended : {
						...ended,
						output
					};
				})
			};
		}
		case "approval_requested": return {
			...message,
			parts: [...message.parts, {
				type: "approval",
				...event.data
			}]
		};
		case "approval_resolved": {
			const { approvalId, decision } = event.data;
			return {
				...message,
				parts: message.parts.map((part) => part.type === "approval" && part.approvalId === approvalId ? {
					...part,
					decision
				} : part)
			};
		}
		case "usage_reported": return {
			...message,
			usage: [...message.usage ?? [], event.data]
		};
		case "agent_resumed": return {
			...message,
			parts: message.parts.slice(0, event.data.voidFrom)
		};
		case "agent_completed": return {
			...message,
			status: "completed",
			durationMs: event.data.durationMs
		};
		case "agent_cancelled": return {
			...message,
			status: "cancelled",
			durationMs: event.data.durationMs
		};
		case "agent_failed": {
			const { code, message: text, durationMs } = event.data;
			return {
				...message,
				status: "failed",
				failure: {
					code,
					message: text
				},
				durationMs
			};
		}
		default: return message;
	}
}
function withText(message, text, agent) {
	const parts = message.parts;
	const last = parts.at(-1);
	const own = agent === void 0 || agent === message.agent ? void 0 : agent;
	if (last?.type === "text" && last.agent === own) return [...parts.slice(0, -1), {
		...last,
		text: last.text + text
	}];
	const part = own === void 0 ? {
		type: "text",
		text
	} : {
		type: "text",
		text,
		agent: own
	};
	return [...parts, part];
}
function withThought(parts, thought, agent) {
	const at = parts.findLastIndex((part) => part.type === "thinking" && part.thoughtId === thought.thoughtId);
	const found = parts[at];
	if (found?.type !== "thinking") return [...parts, {
		type: "thinking",
		agent,
		...thought
	}];
	const longer = {
		...found,
		text: found.text + thought.text
	};
	return parts.with(at, longer);
}
// ../protocol/src/frame.ts
/** The subprotocol a client offers and the server selects. */
const subprotocol = "goldenpath.v1";
export { eventTail as a, afterClose as c, randomId as d, systemClock as f, eventJson as i, closeCodes as l, foldRun as n, isTerminal as o, criticalEventTypes as r, runEventTypes as s, subprotocol as t, errorCodes as u };
