import { type ReactNode, type SyntheticEvent, useState } from "react";
import { Dialog } from "../shell/dialog.tsx";
import { chooseTheme, type Theme, themes, useTheme } from "../theme.ts";
import { accountText, changePassword, passwordCharsMax, passwordCharsMin, type User } from "./account.ts";
import { Field, FormError } from "./field.tsx";

export interface AccountDialogProps {
  readonly user: User;
  readonly onClose: () => void;
  readonly onSignOut: () => void;
  readonly signOutError: string | undefined;
}

const themeNames: Readonly<Record<Theme, string>> = { system: "As the system", light: "Light", dark: "Dark" };

export function AccountDialog({ user, onClose, onSignOut, signOutError }: AccountDialogProps): ReactNode {
  const theme = useTheme();
  return (
    <Dialog title="Account" onClose={onClose}>
      <dl className="account-facts">
        <dt>Name</dt>
        <dd>{user.name}</dd>
        <dt>Email</dt>
        <dd>{user.email}</dd>
        {user.role === "user" ? null : (
          <>
            <dt>Role</dt>
            <dd>{user.role}</dd>
          </>
        )}
      </dl>
      <fieldset className="choices">
        <legend>Theme</legend>
        {themes.map((choice) => (
          <label key={choice}>
            <input
              type="radio"
              name="theme"
              value={choice}
              checked={theme === choice}
              onChange={() => chooseTheme(choice)}
            />
            <span>{themeNames[choice]}</span>
          </label>
        ))}
      </fieldset>
      <PasswordForm email={user.email} />
      <div className="dialog-foot">
        <FormError text={signOutError} />
        <button type="button" className="button" onClick={onSignOut}>
          Sign out
        </button>
      </div>
    </Dialog>
  );
}

function PasswordForm({ email }: { readonly email: string }): ReactNode {
  const [open, setOpen] = useState(false);
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [state, setState] = useState<"ready" | "busy" | "changed">("ready");
  const [error, setError] = useState<string>();

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (state === "busy") return;
    setState("busy");
    setError(undefined);
    const result = await changePassword(current, next);
    setState(result.ok ? "changed" : "ready");
    if (result.ok) {
      setCurrent("");
      setNext("");
    } else setError(accountText(result.failure));
  };

  if (!open) {
    return (
      <div className="account-password">
        <button type="button" className="button" onClick={() => setOpen(true)}>
          Change password …
        </button>
      </div>
    );
  }
  return (
    <form
      className="form account-password"
      aria-label="Change password"
      onSubmit={(event) => void submit(event)}
    >
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <Field
        label="Current password"
        name="current-password"
        type="password"
        autoComplete="current-password"
        value={current}
        onChange={setCurrent}
        maxLength={passwordCharsMax}
        autoFocus
      />
      <Field
        label="New password"
        name="new-password"
        type="password"
        autoComplete="new-password"
        value={next}
        onChange={setNext}
        minLength={passwordCharsMin}
        maxLength={passwordCharsMax}
        hint={`At least ${passwordCharsMin} characters. Every other device is signed out.`}
      />
      <FormError text={error} />
      <div className="row-end">
        <span role="status" className="muted">
          {state === "changed" ? "Your password is changed." : ""}
        </span>
        <button type="submit" className="button button-strong" aria-disabled={state === "busy"}>
          {state === "busy" ? "One moment …" : "Change password"}
        </button>
      </div>
    </form>
  );
}
