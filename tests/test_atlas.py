import pytest
def test_x(zz_version, kz_version):
    print(zz_version.id, zz_version.level("2020-01-01","region").totals[:, -1,:,-1].sum(1))
