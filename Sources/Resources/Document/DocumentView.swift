/// A typed window on a document: `pod.spec.nodeName`. It holds the document itself, so members it
/// does not name are kept. Views of the built-in types are generated (`Generated/`).
package protocol DocumentView: DocumentConvertible, Sendable, Equatable {
  var document: Document { get set }
  init(_ document: Document)
}

extension DocumentView {
  /// An empty object behind the view.
  package init() { self.init(.emptyObject) }
  package init?(value document: Document) {
    guard document.isObject else { return nil }
    self.init(document)
  }
  package var asDocument: Document { document }
}

/// What a member of a document can be read and written as.
package protocol DocumentConvertible {
  /// `nil` where the document holds something else.
  init?(value document: Document)
  var asDocument: Document { get }
}

extension Document: DocumentConvertible {
  package init?(value document: Document) { self = document }
  package var asDocument: Document { self }
}

extension String: DocumentConvertible {
  package init?(value document: Document) {
    guard let string = document.string else { return nil }
    self = string
  }
  package var asDocument: Document { Document(self) }
}

extension Int: DocumentConvertible {
  package init?(value document: Document) {
    guard let integer = document.integer else { return nil }
    self = integer
  }
  package var asDocument: Document { Document(self) }
}

extension Double: DocumentConvertible {
  package init?(value document: Document) {
    guard let double = document.double else { return nil }
    self = double
  }
  package var asDocument: Document { Document(self) }
}

extension Bool: DocumentConvertible {
  package init?(value document: Document) {
    guard let bool = document.bool else { return nil }
    self = bool
  }
  package var asDocument: Document { Document(self) }
}

extension Array: DocumentConvertible where Element: DocumentConvertible {
  package init?(value document: Document) {
    guard document.isArray else { return nil }
    self = document.elements.compactMap(Element.init(value:))
  }
  package var asDocument: Document { Document(lazy.map(\.asDocument)) }
}

extension Dictionary: DocumentConvertible where Key == String, Value: DocumentConvertible {
  package init?(value document: Document) {
    guard document.isObject else { return nil }
    self.init()
    for (name, member) in document.members {
      if let value = Value(value: member) { self[name] = value }
    }
  }
  /// Members in order of name, so that equal dictionaries give equal bytes.
  package var asDocument: Document {
    Document(keys.sorted().map { ($0, self[$0]!.asDocument) })  // every key is the dictionary's own
  }
}

extension DocumentView {
  /// A member that may be absent; setting `nil` removes it.
  package subscript<Value: DocumentConvertible>(name: String) -> Value? {
    get { document[name].flatMap(Value.init(value:)) }
    set { document[name] = newValue?.asDocument }
  }

  /// A member that reads as a default while absent; setting that default removes it.
  package subscript<Value: DocumentConvertible & Equatable>(
    name: String, default fallback: Value
  ) -> Value {
    get { document[name].flatMap(Value.init(value:)) ?? fallback }
    set { document[name] = newValue == fallback ? nil : newValue.asDocument }
  }

  /// A member object that reads as empty while absent. A change inside it is made in place.
  package subscript<View: DocumentView>(view name: String) -> View {
    get { View(document[name] ?? .emptyObject) }
    set { document[name] = newValue.document }
    _modify {
      let child = document.child(named: name)
      var view = View(child == 0 ? .emptyObject : document.lend(child))
      defer {
        // What was absent and is empty stays absent.
        let part = child == 0 && view.document.isEmpty ? nil : view.document
        document.takeBack(part, child, name)
      }
      yield &view
    }
  }
}
