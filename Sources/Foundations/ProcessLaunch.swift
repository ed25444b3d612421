import CLinux

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// How to start a program: what is left unsaid is not handed down. The new process has default
/// signal handlers, an empty signal mask, `/` as its directory and no descriptor above 2.
package struct ProcessLaunch: Sendable {
  /// Absolute, or a name looked up in this process's PATH.
  package var program: String
  package var arguments: [String]
  /// Joins the starter's environment and wins over it.
  package var environment: [String: String] = [:]
  /// A session of its own: it outlives its starter and hears no signal of its terminal.
  package var startsSession = false

  package init(_ program: String, _ arguments: [String] = []) {
    self.program = program
    self.arguments = arguments
  }

  /// Starts it and does not wait. The caller reaps it.
  /// - Parameters: descriptors that become the program's 0, 1 and 2; they stay open here.
  /// - Returns: the process's ID.
  package func start(
    input: Int32, output: Int32, errorOutput: Int32
  ) throws(ProcessLaunchError) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errorOutput, 2)
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    posix_spawn_file_actions_addchdir_np(&actions, "/")

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    var flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    if startsSession { flags |= Int32(martlet_spawn_set_session) }
    posix_spawnattr_setflags(&attributes, Int16(flags))

    let words = ([program] + arguments).map { strdup($0) } + [nil]
    let settings = mergedEnvironment().map { strdup($0) } + [nil]
    defer { for word in words + settings { free(word) } }
    var process: pid_t = 0
    let code = posix_spawnp(&process, program, &actions, &attributes, words, settings)
    guard code == 0 else { throw ProcessLaunchError(program: program, code: code) }
    return process
  }

  private func mergedEnvironment() -> [String] {
    var merged: [String] = []
    var entry = environ
    while let text = entry.pointee {
      let setting = String(cString: text)
      let name = setting.prefix { $0 != "=" }
      if environment[String(name)] == nil { merged.append(setting) }
      entry += 1
    }
    return merged + environment.map { "\($0.key)=\($0.value)" }
  }
}

/// A program that could not be started.
package struct ProcessLaunchError: Error, Equatable, Sendable, CustomStringConvertible {
  package let program: String
  /// `errno`.
  package let code: Int32

  package init(program: String, code: Int32) {
    self.program = program
    self.code = code
  }

  /// No such program here.
  package var isAbsent: Bool { code == ENOENT }

  package var description: String {
    "cannot start \(program): \(String(cString: strerror(code)))"
      + (code == ENOENT ? "; install it, or see that PATH names its directory" : "")
  }
}
