/// What a machine is given to join a cluster: `ID.SECRET.PIN`, a bootstrap token and the pin of the
/// CA, so that the secret is shown to the right server only.
package struct JoinToken: Sendable {
  package let bootstrap: BootstrapCredential
  package let pin: AuthorityPin

  package init(_ bootstrap: BootstrapCredential, pin: AuthorityPin) {
    self.bootstrap = bootstrap
    self.pin = pin
  }

  /// - Throws: what is wrong with the text, without quoting it.
  package init(_ text: String) throws(FormatError) {
    guard let end = text.lastIndex(of: "."),
      let bootstrap = BootstrapCredential(String(text[..<end])),
      let pin = AuthorityPin(text[text.index(after: end)...])
    else { throw FormatError() }
    self.init(bootstrap, pin: pin)
  }

  package var text: Redacted<String> { Redacted("\(bootstrap.text.exposed).\(pin)") }

  package struct FormatError: Error, Equatable, Sendable, CustomStringConvertible {
    package var description: String {
      "the join token is not whole: give all of the line that martlet token create printed "
        + "(6 letters and digits, a dot, 16 more, a dot, 64 hexadecimal digits)"
    }
  }
}
