/** Whether new requests are refused because the gateway stops. Once begun, it does not end. */
export class Draining {
  #begun = false;

  get begun(): boolean {
    return this.#begun;
  }

  begin(): void {
    this.#begun = true;
  }
}
