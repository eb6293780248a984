import Accounting
import Messages

/// The book of a contract: its currency, and the rate of signing at which what is told of the contract is converted into it.
struct ContractMoney {
  let currency: Currency
  /// Nil: it is told in the book's currency.
  let conversion: Conversion?

  /// An amount that is told, in the book's currency.
  func booked(_ amount: Int64) throws(Refusal) -> Int64 { try conversion?.convert(amount) ?? amount }

  func booked(_ item: ContractItem) throws(Refusal) -> ContractItem {
    guard conversion != nil else { return item }
    var item = item
    item.amountSubtotal = try booked(item.amountSubtotal)
    return item
  }

  /// The contract with its amounts in the book's currency. Standalone prices only weigh, and stay as told.
  func booked(_ data: ContractCreated) throws(Refusal) -> ContractCreated {
    guard conversion != nil else { return data }
    var data = data
    for index in data.items.indices { data.items[index] = try booked(data.items[index]) }
    for index in data.discounts.indices { data.discounts[index].amount = try booked(data.discounts[index].amount) }
    return data
  }

  /// The change with its amounts in the book's currency.
  func booked(_ data: ContractAdjusted) throws(Refusal) -> ContractAdjusted {
    guard conversion != nil else { return data }
    var data = data
    for index in data.adjustments.indices {
      switch data.adjustments[index] {
      case .addItem(let item): data.adjustments[index] = .addItem(try booked(item))
      case .updateItem(var update):
        if let subtotal = update.amountSubtotal { update.amountSubtotal = try booked(subtotal) }
        data.adjustments[index] = .updateItem(update)
      case .endItem, .addBillingModel, .removeBillingModel: break
      }
    }
    return data
  }
}

/// Where a contract's book is kept, or why it cannot be said yet.
enum ContractBook {
  case kept(ContractMoney)
  case refused(Refusal)
}

extension Walk {
  /// The book of each contract: a contract is converted at the rate of its signing.
  mutating func contractBooks(_ facts: [BookFact]) -> [String: ContractBook] {
    var books: [String: ContractBook] = [:]
    for fact in facts {
      guard case .contractCreated(let data) = fact.fact else { continue }
      let currency = bookCurrency(of: data.currency, at: data.signedAt)
      do throws(Refusal) {
        let conversion = try conversion(from: data.currency, to: currency, at: data.signedAt)
        books[data.contract] = .kept(ContractMoney(currency: currency, conversion: conversion))
      } catch {
        books[data.contract] = .refused(error)
      }
    }
    return books
  }

  /// The book that an invoice of a contract goes into: the contract's, whose later event it is. Both are told in one currency.
  func book(of invoice: InvoiceFinalized, at moment: Instant) throws(Refusal) -> Currency? {
    guard !contracts.all.isEmpty else { return nil }
    let places = invoice.lines.lazy.compactMap { contracts.contract(of: $0, invoice, at: moment) }
    guard let place = places.first else { return nil }
    try expect(invoice.currency, of: place)
    return contracts.all[place].money.currency
  }
}
