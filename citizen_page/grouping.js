/** Writes a code in groups while it is typed, as it is read aloud: 482 913. The server takes it either way. */

/**
 * Group the digits of an input whenever something is typed at its end; who corrects in the middle is left alone.
 * @param {HTMLInputElement} input
 */
export function groupDigits(input) {
  input.oninput = () => {
    const digits = input.value.replace(/\D/g, "");
    if (input.selectionStart === input.value.length) {
      input.value = digits.replace(digits.length > 6 ? /^\d{4}(?=\d)/ : /^\d{3}(?=\d)/, "$& ");
    }
  };
}
