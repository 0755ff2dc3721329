"""Resources of the register; `*_acts.py`: what may be done with one.

* `purchasing/`: What is bought, and from whom.
* `asset_acts.py`: What may be done with an asset itself.
* `assets.py`: Assets.
* `categories.py`: Categories, the series of their tags, the company's own fields,
  manufacturers.
* `consumables.py`: Consumables.
* `contracts.py`: Contracts.
* `custody.py`: Who held what, who pays for it, what was confirmed, what identifies an
  asset.
* `custody_acts.py`: Who has an asset and who pays for it.
* `identifier_acts.py`: What an asset is recognised by besides tag and serial.
* `licences.py`: Licences with their seats, and who or what uses them.
* `manufacturers.py`: Manufacturers.
* `papers.py`: Notes and files of assets, contracts and orders; lists that somebody
  saved.
* `places.py`: Places where things are kept, and teams that share things.
* `shared.py`: SQL, inputs and refusals that several resources of the register share.
* `stock.py`: What lies in stock rooms, their minima, and what is reserved.
* `stock_take_acts.py`: What is done in a stock-take.
* `stock_takes.py`: Stock-takes, what was scanned in them, and the corrections they
  propose.

"""
