import { type ReactNode, useId } from "react";

export interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly type: "text" | "email" | "password";
  /** The token that password managers go by. */
  readonly autoComplete: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly autoFocus?: boolean;
}

export function Field(props: FieldProps): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      <input
        id={id}
        name={props.name}
        type={props.type}
        autoComplete={props.autoComplete}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
        required
        minLength={props.minLength}
        maxLength={props.maxLength ?? 255}
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        // biome-ignore lint/a11y/noAutofocus: the form is all there is on its screen
        autoFocus={props.autoFocus}
        data-first={props.autoFocus ? "" : undefined}
        autoCapitalize="none"
        spellCheck={false}
      />
      {props.hint ? (
        <p className="field-hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      ) : null}
    </div>
  );
}

/** An error that is read out when it appears. The place stays, so that nothing jumps. */
export function FormError({ text }: { readonly text: string | undefined }): ReactNode {
  return (
    <div role="alert" className="form-error">
      {text}
    </div>
  );
}
