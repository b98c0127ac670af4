import { type ReactNode, type SyntheticEvent, useState } from "react";
import type { Result } from "../request.ts";
import {
  accountText,
  type Gate,
  type Provider,
  passwordCharsMax,
  passwordCharsMin,
  signIn,
  signInWith,
  signUp,
} from "./account.ts";
import { Field, FormError } from "./field.tsx";

export interface SignInFormProps {
  readonly gate: Gate;
  readonly mode: "sign_in" | "sign_up";
  readonly onSignedIn: () => void;
  /** Fills the email in, where the page knows who was here. */
  readonly email?: string;
}

export function SignInForm({ gate, mode, onSignedIn, email: knownEmail = "" }: SignInFormProps): ReactNode {
  const [name, setName] = useState("");
  const [email, setEmail] = useState(knownEmail);
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const joining = mode === "sign_up";

  const settle = <T,>(result: Result<T>, then: (value: T) => void) => {
    if (result.ok) then(result.value);
    else {
      setError(accountText(result.failure));
      setBusy(false);
    }
  };

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(undefined);
    const result = joining
      ? await signUp(name.trim(), email.trim(), password)
      : await signIn(email.trim(), password);
    settle(result, onSignedIn);
  };

  const goTo = async (provider: Provider) => {
    setBusy(true);
    setError(undefined);
    settle(await signInWith(provider, location.pathname), (url) => location.assign(url));
  };

  return (
    <>
      <form
        className="form"
        onSubmit={(event) => void submit(event)}
        aria-label={joining ? "Create account" : "Sign in"}
      >
        {joining ? (
          <Field
            label="Name"
            name="name"
            type="text"
            autoComplete="name"
            value={name}
            onChange={setName}
            maxLength={100}
            autoFocus
          />
        ) : null}
        <Field
          label="Email"
          name="email"
          type="email"
          autoComplete="username"
          value={email}
          onChange={setEmail}
          autoFocus={!joining && knownEmail === ""}
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete={joining ? "new-password" : "current-password"}
          value={password}
          onChange={setPassword}
          maxLength={passwordCharsMax}
          {...(joining
            ? { minLength: passwordCharsMin, hint: `At least ${passwordCharsMin} characters.` }
            : {})}
          autoFocus={!joining && knownEmail !== ""}
        />
        <FormError text={error} />
        <button type="submit" className="button button-strong button-wide" aria-disabled={busy}>
          {busy ? "One moment …" : joining ? "Create account" : "Sign in"}
        </button>
      </form>
      {gate.providers.length > 0 ? (
        <div className="providers">
          <p className="providers-or">or</p>
          {gate.providers.map((provider) => (
            <button
              key={provider.id}
              type="button"
              className="button button-wide"
              disabled={busy}
              onClick={() => void goTo(provider)}
            >
              Continue with {provider.name}
            </button>
          ))}
        </div>
      ) : null}
    </>
  );
}
