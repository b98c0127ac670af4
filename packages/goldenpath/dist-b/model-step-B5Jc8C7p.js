import { r as RunFailure, t as pause } from "./pause-BRVqiq-y.js";
import { APICallError, streamText } from "ai";
// ../agents/src/model-failure.ts
/** The model's server sent nothing for too long. */
var ModelSilence = class extends Error {
	name = "ModelSilence";
	silentMs;
	constructor(silentMs) {
		super(`nothing came for ${silentMs} ms`);
		this.silentMs = silentMs;
	}
};
/** The stream ended, or said something, that its protocol does not have. */
var ModelGarble = class extends Error {
	name = "ModelGarble";
};
const retryMsFirst = 1e3;
const detailCharsMax = 300;
/** What a failed model call means to the user. What the server said is the `cause`, for the log only. */
function modelFailure(error, model) {
	if (error instanceof RunFailure) return error;
	const said = new Error(detailOf(error));
	const fail = (code, message) => new RunFailure(code, message, { cause: said });
	if (error instanceof ModelSilence) return fail("model_unreachable", `The server of ${model} sent nothing for ${seconds(error.silentMs)}.`);
	if (APICallError.isInstance(error)) {
		const { statusCode } = error;
		if (statusCode === void 0) return fail("model_unreachable", `The server of ${model} did not answer.`);
		if (statusCode === 429) {
			const afterMs = askedPauseMs(error);
			return fail("model_rate_limited", `The server of ${model} has too many requests; try again ${afterMs === void 0 ? "later" : `in ${seconds(afterMs)}`}.`);
		}
		if (statusCode === 401 || statusCode === 403) return fail("model_rejected", `The server of ${model} refused the key it was given (${statusCode}).`);
		if (statusCode === 408 || statusCode >= 500) return fail("model_unreachable", `The server of ${model} has a fault of its own (${statusCode}).`);
		if (statusCode >= 300) return fail("model_rejected", `The server of ${model} refused the request (${statusCode}).`);
	}
	if (error instanceof Error && error.name === "AI_ToolChoiceViolationError") return fail("too_many_steps", `${model} went on calling tools when it had to answer.`);
	if (isBrokenLine(error) || brokeOff(error)) return fail("model_unreachable", `The connection to the server of ${model} broke off.`);
	return fail("model_garbled", `The server of ${model} sent something that is not its protocol.`);
}
/** How long to wait before the same request may pass; undefined when it will not, or not soon. */
function retryAfterMs(error, attempt) {
	if (!APICallError.isInstance(error)) return isBrokenLine(error) ? retryMsFirst * 2 ** (attempt - 1) : void 0;
	const { statusCode } = error;
	if (!(brokeOff(error) || statusCode === void 0 || statusCode === 408 || statusCode === 429 || statusCode >= 500)) return void 0;
	const afterMs = askedPauseMs(error) ?? retryMsFirst * 2 ** (attempt - 1);
	return afterMs <= 3e4 ? afterMs : void 0;
}
/** `retry-after-ms`, or `retry-after` in seconds (RFC 9110, section 10.2.3; its date form is not used by models' servers). */
function askedPauseMs(error) {
	const { "retry-after-ms": ms, "retry-after": s } = error.responseHeaders ?? {};
	if (ms !== void 0 && /^\d+(\.\d+)?$/.test(ms)) return Number(ms);
	return s !== void 0 && /^\d+(\.\d+)?$/.test(s) ? Number(s) * 1e3 : void 0;
}
/** What `fetch` throws when a socket is refused or cut: a TypeError, or an error with a system code. */
function isBrokenLine(error) {
	if (!(error instanceof Error)) return false;
	if (error instanceof TypeError && /terminated|fetch failed|network/i.test(error.message)) return true;
	return "code" in error && typeof error.code === "string" && /^(E[A-Z]+|UND_ERR_.*)$/.test(error.code);
}
/** A line that broke after a good status: the SDK wraps what `fetch` threw. */
function brokeOff(error) {
	return APICallError.isInstance(error) && error.statusCode === 200 && isBrokenLine(error.cause);
}
/** For the server's log. Servers quote the key that they refuse; what looks like one is left out. */
function detailOf(error) {
	const name = error instanceof Error ? error.name : "error";
	return (APICallError.isInstance(error) ? `${error.statusCode ?? "no answer"}: ${error.responseBody ?? error.message}` : `${name}: ${error instanceof Error ? error.message : "no reason given"}`).slice(0, detailCharsMax).replace(/\b(?:sk|key|AIza|Bearer)[-_ ][\w-]{6,}|\bAIza[\w-]{6,}/g, "[redacted]");
}
function seconds(ms) {
	return `${Math.ceil(ms / 1e3)} s`;
}
// ../agents/src/model-step.ts
const attemptsMax = 4;
const callsPerStepMax = 64;
/** Throws a `RunFailure`, or the signal's reason. */
async function modelStep(request) {
	const { signal, clock, model } = request;
	for (let attempt = 1;; attempt++) {
		const began = { output: false };
		try {
			return await attemptStep(request, began);
		} catch (error) {
			signal.throwIfAborted();
			const afterMs = retryAfterMs(error, attempt);
			if (began.output || attempt === attemptsMax || afterMs === void 0) throw modelFailure(error, model.name);
			await pause(clock, afterMs, signal);
		}
	}
}
async function attemptStep(request, began) {
	const { model, messages, tools, signal } = request;
	const controller = new AbortController();
	const stop = () => controller.abort(signal.reason);
	signal.addEventListener("abort", stop, { once: true });
	if (signal.aborted) stop();
	const watch = new Watch(request, controller);
	try {
		const result = streamText({
			model: model.model,
			...request.instructions === "" ? {} : { instructions: request.instructions },
			messages: [...messages],
			...Object.keys(tools).length === 0 ? {} : { tools },
			...request.withoutTools ? { toolChoice: "none" } : {},
			maxRetries: 0,
			abortSignal: controller.signal,
			onError: () => void 0
		});
		const read = await readStream(request, result.stream, began, watch);
		watch.stop();
		const response = await result.response;
		return {
			...read,
			turn: response.messages.filter((message) => message.role === "assistant")
		};
	} catch (error) {
		throw watch.silence ?? error;
	} finally {
		watch.stop();
		signal.removeEventListener("abort", stop);
		controller.abort();
	}
}
async function readStream(request, stream, began, watch) {
	const calls = [];
	let finished;
	for await (const part of stream) {
		request.signal.throwIfAborted();
		switch (part.type) {
			case "start":
			case "start-step": continue;
			case "text-delta":
				watch.heard();
				began.output = true;
				await request.onText(part.text);
				continue;
			case "reasoning-delta":
				watch.heard();
				began.output = true;
				await request.onThought(part.id, part.text);
				continue;
			case "reasoning-end":
				await request.onThought(part.id, void 0);
				continue;
			case "tool-call":
				watch.heard();
				began.output = true;
				if (calls.push({
					toolCallId: part.toolCallId,
					toolName: part.toolName,
					input: part.input
				}) > callsPerStepMax) throw new ModelGarble(`more than ${callsPerStepMax} tool calls at once`);
				continue;
			case "finish-step":
				judgeFinish(part.finishReason, request.model.name);
				finished = { usage: usageOf(part.usage) };
				continue;
			case "error": throw part.error instanceof Error ? part.error : new ModelGarble(textOf(part.error));
			case "abort": throw new ModelGarble("the request was stopped");
			default: watch.heard();
		}
	}
	if (!finished) throw new ModelGarble("the stream ended without a finish");
	return {
		calls,
		usage: finished.usage
	};
}
/** An answer that is not whole is a failure, never a shorter answer. */
function judgeFinish(reason, model) {
	if (reason === "stop" || reason === "tool-calls") return;
	if (reason === "length") throw new RunFailure("answer_too_large", `${model} reached its output limit; the answer is not complete.`);
	if (reason === "content-filter") throw new RunFailure("model_rejected", `The server of ${model} withheld the answer (content filter).`);
	throw new ModelGarble(`the stream ended with the finish reason ${reason}`);
}
function usageOf(usage) {
	const { inputTokens, outputTokens } = usage;
	if (inputTokens === void 0 && outputTokens === void 0) return void 0;
	return {
		inputTokens: inputTokens ?? 0,
		outputTokens: outputTokens ?? 0
	};
}
function textOf(error) {
	if (typeof error === "string") return error;
	if (typeof error === "object" && error !== null && "message" in error) return String(error.message);
	return "an error without a text";
}
/** T2: aborts the request when nothing was heard for as long as the patience lasts. */
var Watch = class {
	silence;
	#request;
	#controller;
	#timer;
	constructor(request, controller) {
		this.#request = request;
		this.#controller = controller;
		this.#timer = this.#wait(request.patience.firstMs);
	}
	heard() {
		this.#timer.cancel();
		this.#timer = this.#wait(this.#request.patience.idleMs);
	}
	stop() {
		this.#timer.cancel();
	}
	#wait(ms) {
		return this.#request.clock.timer(ms, () => {
			this.silence = new ModelSilence(ms);
			this.#controller.abort(this.silence);
		});
	}
};
export { modelStep };
