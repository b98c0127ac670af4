import type { ReactNode } from "react";
import type { Gate, User } from "../account/account.ts";
import { SignInForm } from "../account/sign-in-form.tsx";
import { Dialog } from "./dialog.tsx";

export interface SignedOutDialogProps {
  readonly user: User;
  readonly gate: Gate;
  /** Somebody is signed in again; the caller finds out who. */
  readonly onSignedIn: () => void;
}

/** Over the page, because what is on it is still worth reading; nothing of it is lost by signing in again. */
export function SignedOutDialog({ user, gate, onSignedIn }: SignedOutDialogProps): ReactNode {
  return (
    <Dialog title="You were signed out" firm onClose={() => undefined}>
      <p className="muted">
        This session was ended, perhaps from another device or by a password change. Sign in to go on where
        you were.
      </p>
      <SignInForm gate={gate} mode="sign_in" email={user.email} onSignedIn={onSignedIn} />
    </Dialog>
  );
}
