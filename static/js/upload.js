// Sends files to the library, one after the other, and tells how far each is. For the library and for the editor.

/** The files that were dropped or pasted. */
export const filesOf = (transfer) => [...(transfer?.files ?? [])];

/**
 * Sends one file. The answer is `{ files, refused }` as the server says it; what goes wrong on the way is a refusal too.
 * `progress` is told a part of 1.
 */
export function send(file, token, folder, progress = () => {}) {
  const form = new FormData();
  form.append("token", token);
  form.append("folder", folder);
  form.append("files", file, file.name || "pasted.png");
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const refuse = (why) => resolve({ files: [], refused: [{ name: file.name, why }] });
    request.open("POST", "/admin/media");
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
    request.addEventListener("error", () => refuse("The server cannot be reached. Send it once more."));
    request.addEventListener("load", () => {
      if (request.response?.files) resolve(request.response);
      else if (request.status === 401) refuse("You are not logged in any more. Log in in another tab, then send it once more.");
      else refuse("It could not be sent. Load this page again, then send it once more.");
    });
    request.send(form);
  });
}
