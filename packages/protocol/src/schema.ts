import { z } from "zod";
import type { ClientFrame } from "./frame.ts";
import { limits } from "./limits.ts";

/** A client-made or server-made id. */
export const idSchema = z
  .string()
  .min(1)
  .max(limits.idCharsMax)
  .regex(/^[A-Za-z0-9_.:-]+$/, "may hold letters, digits and _ . : - only");

const textPart = z.strictObject({ type: z.literal("text"), text: z.string() });

const attachmentPart = z.strictObject({
  type: z.literal("attachment"),
  attachmentId: idSchema,
  name: z.string().min(1).max(limits.attachmentNameCharsMax),
  mediaType: z.string().min(1).max(127),
  bytes: z.int().min(0).max(limits.attachmentBytesMax),
});

export const userPartSchema = z.discriminatedUnion("type", [textPart, attachmentPart]);

const offset = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** One schema for each client frame; unknown fields are refused, so that a typing error is seen. */
export const clientFrameSchemas = {
  hello: z.strictObject({
    type: z.literal("hello"),
    cursor: z.strictObject({ epoch: idSchema, offset }).optional(),
    client: z.string().min(1).max(100),
    ticket: z.string().min(1).max(256).optional(),
  }),
  send: z.strictObject({
    type: z.literal("send"),
    id: idSchema,
    threadId: idSchema.optional(),
    agent: idSchema.optional(),
    parts: z.array(userPartSchema).max(limits.messagePartsMax),
  }),
  cancel: z.strictObject({ type: z.literal("cancel"), id: idSchema, runId: idSchema }),
  resolve: z.strictObject({
    type: z.literal("resolve"),
    id: idSchema,
    approvalId: idSchema,
    decision: z.enum(["approve", "reject"]),
  }),
  refresh: z.strictObject({ type: z.literal("refresh"), token: z.string().min(1).max(256) }),
  ack: z.strictObject({ type: z.literal("ack"), offset }),
  pong: z.strictObject({ type: z.literal("pong") }),
} as const satisfies { [T in ClientFrame["type"]]: z.ZodType<Extract<ClientFrame, { type: T }>> };
