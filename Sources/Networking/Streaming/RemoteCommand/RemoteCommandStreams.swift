/// The streams of one remote command, as whoever runs it sees them. What the client did not ask for
/// is `nil`.
package struct RemoteCommandStreams: Sendable {
  /// Read until it ends, which the command sees as the end of its input.
  package var stdin: (any ByteDuplex)?
  /// Written, and finished when the command will write no more.
  package var stdout: (any ByteDuplex)?
  package var stderr: (any ByteDuplex)?
  /// Sizes of the client's terminal, as `TerminalSizeDecoder` reads them.
  package var resize: (any ByteDuplex)?

  package init(
    stdin: (any ByteDuplex)? = nil, stdout: (any ByteDuplex)? = nil,
    stderr: (any ByteDuplex)? = nil, resize: (any ByteDuplex)? = nil
  ) {
    self.stdin = stdin
    self.stdout = stdout
    self.stderr = stderr
    self.resize = resize
  }
}
