/// One named member of an object type, or, without a name, the element of an array or a map.
package struct SchemaField: Sendable {
  /// As JSON spells it; empty for elements.
  package var name: String
  package var type: FieldType
  package var wirePath = WirePath()
  package var traits: Traits = []
  package var listKind = ListKind.atomic
  /// Members that identify an element of a `.map` list.
  package var listMapKeys: [String] = []
  package var patchStrategy: PatchStrategy = []
  /// The member that identifies an element for a strategic merge patch.
  package var patchMergeKey: String?
  /// The closed set of a string's values; empty where any value is allowed.
  package var allowedValues: [String] = []
  package var defaultValue: Document?

  package init(name: String = "", type: FieldType) {
    self.name = name
    self.type = type
  }

  /// Index of a nameless field in `Schema.elements`.
  package struct ElementID: Hashable, Sendable {
    package let rawValue: UInt32
  }

  package struct Traits: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let required = Traits(rawValue: 1)
    /// Zero, false and "" differ from absence. Where they do not, a protobuf decoder drops them,
    /// since protobuf clients in Go always send them.
    package static let keepsZero = Traits(rawValue: 2)
    /// On the wire the list stands in a message of its own, as its field 1.
    package static let wrapped = Traits(rawValue: 4)
    /// Server-side apply owns the object or map as a whole.
    package static let atomicMap = Traits(rawValue: 8)
    /// JSON null is a value of its own, not absence (custom resources only).
    package static let nullable = Traits(rawValue: 16)
    /// Upstream's objects hold the place even when it is empty, so that who sets what is in it does
    /// not come to own the place itself.
    package static let alwaysPresent = Traits(rawValue: 32)
    /// Server-side apply owns the object's or map's members, whatever its type says.
    package static let granularMap = Traits(rawValue: 64)
    /// The API states the list's kind; where it does not, the list is atomic all the same.
    package static let statesListKind = Traits(rawValue: 128)
  }

  /// How server-side apply tells elements apart. Source: x-kubernetes-list-type.
  package enum ListKind: UInt8, Sendable {
    case atomic, set, map
  }

  /// Source: x-kubernetes-patch-strategy.
  package struct PatchStrategy: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let merge = PatchStrategy(rawValue: 1)
    package static let retainKeys = PatchStrategy(rawValue: 2)
    package static let replace = PatchStrategy(rawValue: 4)
  }

  package var isRequired: Bool { traits.contains(.required) }
}

/// Where a field stands in its type's protobuf message: its number, after the numbers of the
/// messages that JSON inlines (`Volume.emptyDir` is field 2 of field 2). Empty for fields that are
/// not on the wire (`kind`, `apiVersion`).
package struct WirePath: Hashable, Sendable {
  /// Up to three numbers, ten bits each, the outermost lowest.
  private var packed: UInt32 = 0

  package static let numberMax = 1023
  package static let depthMax = 3

  package init() {}

  /// - Precondition: at most `depthMax` numbers, each in 1...`numberMax`.
  package init(_ numbers: [Int]) {
    precondition(numbers.count <= Self.depthMax, "a path of \(numbers.count) protobuf numbers")
    for number in numbers.reversed() {
      precondition((1...Self.numberMax).contains(number), "protobuf number \(number)")
      packed = packed << 10 | UInt32(number)
    }
  }

  package var isEmpty: Bool { packed == 0 }
  /// The outermost number; 0 where the path is empty.
  package var first: Int { Int(packed & 1023) }
  /// The path inside the outermost message.
  package var rest: WirePath {
    var rest = self
    rest.packed >>= 10
    return rest
  }
}
