import ArgumentParser
import Foundations
import NIOPosix
import NodeAgent
import Settings

struct ImageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "image", abstract: "Make images without a registry, and bring them to this node.",
    subcommands: [Build.self, Import.self])

  struct Build: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "build", abstract: "Pack files of this host into an image's archive.")

    @Option(help: "The image's name, as example.com/web:1")
    var reference: String

    @Option(
      name: .customLong("file"),
      help: "HOST-PATH:/IMAGE-PATH[:MODE], repeatable; a directory brings all in it")
    var files: [String] = []

    @Option(name: .customLong("link"), help: "/IMAGE-PATH=TARGET, repeatable")
    var links: [String] = []

    @Option(
      parsing: .unconditionalSingleValue,
      help: "A word of what the container runs, repeatable; may begin with a dash")
    var entrypoint: [String] = []

    @Option(
      parsing: .unconditionalSingleValue,
      help: "A word of what follows where a container says nothing else, repeatable")
    var command: [String] = []

    @Option(help: "NAME=VALUE, repeatable")
    var env: [String] = []

    @Option(help: "PORT/tcp, repeatable")
    var port: [String] = []

    @Option(help: "USER or USER:GROUP, by number")
    var user = ""

    @Option(name: .shortAndLong, help: "The archive to write")
    var output: String

    func run() throws {
      try Failures.reported {
        guard let architecture = ImageRecipe.Architecture.current else {
          throw ValidationError("images are made on x86_64 and arm64 only")
        }
        var recipe = ImageRecipe(reference: reference, architecture: architecture, files: [])
        recipe.entrypoint = entrypoint
        recipe.command = command
        recipe.environment = env
        recipe.exposedPorts = port
        recipe.user = user
        let archive = try ImageBuildPlan(recipe: recipe, files: files, links: links).archive()
        try DurableFile.write(archive, to: output, mode: 0o644)
        print("wrote \(output): \(reference), \(archive.count) bytes")
      }
    }
  }

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Bring an image's archive into this node's containerd.",
      usage: "martlet image import REFERENCE ARCHIVE [SETTING...]")

    @Argument(help: "The name that the archive gives the image")
    var reference: String

    @Argument(help: "The archive, an OCI layout's or Docker's")
    var archive: String

    @OptionGroup var settings: SettingArguments

    func run() async throws {
      try await Failures.reported {
        let settings = try settings.resolve(for: Self.self).settings
        let socket = settings.criSocket ?? "\(settings.containerdStateDirectory)/containerd.sock"
        let programs = try ContainerdPrograms.find(inPath: ProcessFacts.searchPath)
        let client = try ContainerRuntimeClient(
          socketPath: socket, eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
        let path = archive.hasPrefix("/") ? archive : "\(ProcessFacts.directory)/\(archive)"
        try await ImageImporter(ctr: programs.ctr, socketPath: socket, images: client)
          .importArchive(.file(path), as: reference, pinned: false)
        print("imported \(reference)")
      }
    }
  }
}
