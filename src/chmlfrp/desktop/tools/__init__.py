"""The tools' page: the doctor, tries of an address, and the support bundle."""
